/** Lists the backups of an app, or of all apps, newest first; often while one is being made. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { BackupAttributes } from "@/lib/api/types";

export type Backup = Entity<BackupAttributes>;

export function isBeingTried({ drill }: Backup): boolean {
  return drill?.status === "running";
}

/** In milliseconds. */
const OFTEN = 2_000;
/** On an app's own tab: one by schedule begins without a word. */
const SELDOM = 15_000;

export function isBeingMade({ status }: Backup): boolean {
  return status === "pending" || status === "running";
}

/** Without an app, those of all apps, of gone ones too. */
export function backupsQuery(deploymentId?: string) {
  const path = deploymentId ? `/backups?${new URLSearchParams({ "filter[deployment_id]": deploymentId })}` : "/backups";
  return queryOptions({
    queryKey: ["backups", "list", path],
    queryFn: ({ signal }) => readAll<BackupAttributes>(path, signal),
    refetchInterval: ({ state: { data } }) => 
      data?.some((one) => isBeingMade(one) || isBeingTried(one)) ? OFTEN : deploymentId ? SELDOM : false,
  });
}
