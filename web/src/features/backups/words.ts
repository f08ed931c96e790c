/** Backups in words: what they are called, how long they took, and what to do about a failed one. */

import { paths } from "@/config/paths";
import { between, duration, exact, sizeOf } from "@/lib/format";
import type { Deployment } from "../deployments/api/list-deployments";
import { remedyOf } from "../deployments/remedies";
import type { Backup } from "./api/list-backups";

/** What a backup is called among others of its app: "the backup of 1 Dec 2026, 04:00:12 UTC". */
export function called({ started_at: at }: Backup): string {
  return `the backup of ${exact(at)}`;
}

/** "12 MB in 41 s"; null while it is being made, and for one that failed. */
export function measured({ status, bytes, started_at: since, finished_at: until }: Backup): string | null {
  if (status !== "complete" || until === null) return null;
  return `${sizeOf(bytes ?? 0)} in ${duration(between(since, until, 0))}`;
}

/** What a backup takes of an app: for how long it is away, as far as the last one tells. */
export function whatItTakes({ status, proxy_port: port }: Deployment, backups: Backup[]): string {
  if (port === null) return "There is nothing to save before its first start.";
  if (status !== "running") return "The app does not run, so that its data is saved as it lies.";
  const told = "The app is stopped while its data is sent, and started again after it";
  const last = backups.find(({ away_seconds: away }) => away !== null)?.away_seconds;
  return last ? `${told}: ${duration(last)} last time.` : `${told}. How long that takes depends on how much it is.`;
}

/** What helps after a failure. */
export function nextStep(code: string | null): string {
  if (code === "nothing_to_back_up") return "Keep what it writes in a volume of its compose file, and it can be saved.";
  if (code === "cancelled") return "Back it up again whenever you like.";
  if (isServers(code)) return "See to its server, then back it up again.";
  return "The app is as it was. Back it up again.";
}

/** Whether it failed of the server that the app is on. */
export function isServers(code: string | null): boolean {
  return remedyOf(code).to === paths.nodes;
}
