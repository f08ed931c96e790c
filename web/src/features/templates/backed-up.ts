/** How a version of a template is backed up: what it dumps by itself, and what it is stopped for. */

import type { VersionAttributes } from "@/lib/api/types";

/** Null or undefined where that is not known. */
export type BackupWay = VersionAttributes["backup"];

/** Whether all that is saved is dumped while the app runs. */
export function goesOn(way: BackupWay): boolean {
  return way != null && way.dumps.length > 0 && way.stopped_for.length === 0;
}
