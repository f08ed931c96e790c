/** Reads one app; every second while work on it is in hand. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";
import { isBusy } from "./list-deployments";

export function deploymentQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "detail", id],
    queryFn: ({ signal }) => readOne<DeploymentAttributes>(`/deployments/${encodeURIComponent(id)}`, signal),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? 1_000 : 10_000),
  });
}
