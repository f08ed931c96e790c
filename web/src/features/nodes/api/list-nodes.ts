/** Lists the servers of this account; public ones of others are no part of it. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { NodeAttributes } from "@/lib/api/types";

export type Node = Entity<NodeAttributes>;

export const nodesQuery = queryOptions({
  queryKey: ["nodes", "list"],
  queryFn: ({ signal }) => readAll<NodeAttributes>("/nodes?scope=mine", signal),
  refetchInterval: ({ state }) => (state.data?.some(({ work }) => work !== null) ? 1_500 : 30_000),
});
