/** Servers that ended in another way than by being destroyed here, and how. */

import type { Provision } from "./api/list-provisions";

/** For so long it is told, in milliseconds. */
const TOLD = 7 * 86_400_000;

const REASONS: Record<string, string> = {
  gone_at_provider: "Gone at the provider, in two looks in a row. Hoster ended its record.",
  declared_gone: "Declared gone. Should it come back, Hoster destroys it.",
};

export function endedLately(provisions: Provision[], now = Date.now()): Provision[] {
  return provisions.filter(
    ({ ended_reason: reason, updated_at: at }) => (reason ?? "") in REASONS && now - Date.parse(at) < TOLD,
  );
}

export function endingOf({ ended_reason: reason }: Provision): string {
  return REASONS[reason ?? ""] ?? "";
}
