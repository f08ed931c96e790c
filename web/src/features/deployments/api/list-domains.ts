/** Lists the host names of an app. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Domain } from "@/lib/api/types";

export function domainsQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "domains", id],
    queryFn: ({ signal }) => readAll<Domain>(`/deployments/${encodeURIComponent(id)}/domains`, signal),
    refetchInterval: 10_000,
  });
}
