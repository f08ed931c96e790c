/** Lists the apps of this account; often while one is being worked on. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { DeploymentAttributes } from "@/lib/api/types";
import type { Sign } from "@/lib/sign";

export type Deployment = Entity<DeploymentAttributes>;

const BUSY = new Set(["scheduled", "starting", "stopping", "deleting"]);

export function isBusy(deployment: Deployment): boolean {
  return deployment.work !== null || BUSY.has(deployment.status);
}

/** What the browser's tab tells of an app. */
export function signOf(deployment: Deployment): Sign {
  if (isBusy(deployment)) return "working";
  return deployment.status === "failed" ? "failed" : null;
}

/** The later version of its template that an app may be brought to, if any. */
export function offeredVersion({ newest_version: newest, template_version: present }: Deployment): string | null {
  return newest && newest !== present ? newest : null;
}

export const deploymentsQuery = queryOptions({
  queryKey: ["deployments", "list"],
  queryFn: ({ signal }) => readAll<DeploymentAttributes>("/deployments", signal),
  refetchInterval: ({ state }) => (state.data?.some(isBusy) ? 1_000 : 15_000),
});
