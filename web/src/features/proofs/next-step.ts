/** Where to go when a test failed, by what it failed of. */

import { paths } from "@/config/paths";

interface NextStep {
  label: string;
  to: typeof paths.credentials | typeof paths.registries | typeof paths.editTemplate;
}

const KEYS: NextStep = { label: "Look at the credential", to: paths.credentials };
const TEXT: NextStep = { label: "Change the template", to: paths.editTemplate };
const LOGINS: NextStep = { label: "Logins at registries", to: paths.registries };

const BY_CODE: Record<string, NextStep> = {
  invalid_credential: KEYS,
  credential_missing: KEYS,
  credential_unreadable: KEYS,
  image_unavailable: TEXT,
  image_not_found: TEXT,
  image_unauthorized: LOGINS,
  image_denied: LOGINS,
  image_rate_limited: LOGINS,
  container_exited: TEXT,
  unhealthy: TEXT,
  deadline_passed: TEXT,
  route_unanswered: TEXT,
  disk_full: TEXT,
};

/** Null where another try, elsewhere or later, is all there is to do. */
export function nextStepOf(code: string | null | undefined): NextStep | null {
  return BY_CODE[code ?? ""] ?? null;
}
