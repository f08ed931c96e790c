/** How old the data is that an export would have of each app: that of its latest backup. */

import type { Backup } from "../backups/api/list-backups";
import type { Deployment } from "../deployments/api/list-deployments";

export interface Freshness {
  id: string;
  name: string;
  /** When its latest complete backup was begun; null where it has none. */
  at: string | null;
}

/** Those that were started once, as others hold nothing: without a backup first, then the oldest. */
export function freshnessOf(apps: Deployment[], backups: Backup[]): Freshness[] {
  return apps
    .filter(({ proxy_port: port }) => port !== null)
    .map(({ id, name }) => ({ id, name, at: latest(id, backups) }))
    .sort((one, other) => (one.at ?? "").localeCompare(other.at ?? "") || one.name.localeCompare(other.name));
}

function latest(app: string, backups: Backup[]): string | null {
  const whole = backups.filter(({ deployment_id: of, status }) => of === app && status === "complete");
  return whole.map(({ started_at: at }) => at).sort().at(-1) ?? null;
}
