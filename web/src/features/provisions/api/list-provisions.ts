/** Lists the servers that Hoster made or is making; often while one is being worked on. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ProvisionAttributes } from "@/lib/api/types";

export type Provision = Entity<ProvisionAttributes>;

const BUSY = new Set(["pending", "creating", "configuring", "destroying"]);

export function isBusy(provision: Provision): boolean {
  return provision.work !== null || BUSY.has(provision.status);
}

export const provisionsQuery = queryOptions({
  queryKey: ["cloud_provisions", "list"],
  queryFn: ({ signal }) => readAll<ProvisionAttributes>("/cloud_provisions", signal),
  refetchInterval: ({ state }) => (state.data?.some(isBusy) ? 1_500 : 30_000),
});
