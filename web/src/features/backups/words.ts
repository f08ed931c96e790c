/** Backups in words: what they are called, how long they took, and what to do about a failed one. */

import { paths } from "@/config/paths";
import { ApiError } from "@/lib/api/errors";
import { between, duration, exact, sizeOf } from "@/lib/format";
import type { Bucket } from "../buckets/api/list-buckets";
import type { Deployment } from "../deployments/api/list-deployments";
import { remedyOf } from "../deployments/remedies";
import type { Backup } from "./api/list-backups";
import { goesOn, type BackupWay } from "../templates/backed-up";

/** What a backup is called among others of its app: "the backup of 1 Dec 2026, 04:00:12 UTC". */
export function called({ started_at: at }: Backup): string {
  return `the backup of ${exact(at)}`;
}

/** Where a backup lies: "in Hoster's bucket". A bucket is not named as long as it is not known. */
export function place({ target_id: target }: Backup, buckets: Bucket[]): string {
  if (!target) return "in Hoster’s bucket";
  const found = buckets.find(({ id }) => id === target);
  return found ? `in your bucket ${found.name}` : "in a bucket of yours";
}

/** "12 MB in 41 s"; null while it is being made, and for one that failed. */
export function measured({ status, bytes, started_at: since, finished_at: until }: Backup): string | null {
  if (status !== "complete" || until === null) return null;
  return `${sizeOf(bytes ?? 0)} in ${duration(between(since, until, 0))}`;
}

/**
 * What a backup takes of an app: whether it goes on, or what it is stopped for and for how long, as
 * far as the last one tells.
 */
export function whatItTakes({ status, proxy_port: port }: Deployment, backups: Backup[], way: BackupWay): string {
  if (port === null) return "There is nothing to save before its first start.";
  if (status !== "running") return "The app does not run, so that its data is saved as it lies.";
  if (goesOn(way)) return "The app goes on running: its own command writes what is saved.";
  const what = way?.dumps.length ? `the data of ${listed(way.stopped_for)}` : "its data";
  const told = `The app is stopped while ${what} is sent, and started again after it`;
  const last = backups.find(({ away_seconds: away }) => away !== null)?.away_seconds;
  return last ? `${told}: ${duration(last)} last time.` : `${told}. How long that takes depends on how much it is.`;
}

function listed(names: string[]): string {
  return new Intl.ListFormat("en").format(names);
}

/** What helps after a failure. */
export function nextStep(code: string | null): string {
  if (code === "bucket_unanswered") return "That can pass: back it up again, or see to the bucket.";
  if (isBuckets(code)) return "See to the bucket, then back it up again.";
  if (code === "nothing_to_back_up") return "Keep what it writes in a volume of its compose file, and it can be saved.";
  if (code === "cancelled") return "Back it up again whenever you like.";
  if (isServers(code)) return "See to its server, then back it up again.";
  return "The app is as it was. Back it up again.";
}

/** Whether it failed of the bucket of one's own that it was to go to. */
export function isBuckets(code: string | null): boolean {
  return code?.startsWith("bucket_") ?? false;
}

/** Whether a bucket of one's own let nothing be done, or did not answer. */
export function isBucketsRefusal(error: unknown): boolean {
  return error instanceof ApiError && isBuckets(error.code);
}

/** Whether it failed of the server that the app is on. */
export function isServers(code: string | null): boolean {
  return remedyOf(code).to === paths.nodes;
}
