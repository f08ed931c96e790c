/** Lists the host names of an app; often while one of them waits for something. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Domain } from "@/lib/api/types";

export function domainsQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "domains", id],
    queryFn: ({ signal }) => readAll<Domain>(`/deployments/${encodeURIComponent(id)}/domains`, signal),
    refetchInterval: ({ state }) => (state.data?.some(isWaiting) ? 3_000 : 20_000),
  });
}

/** For its records, or for its certificate. */
function isWaiting({ type, status, ssl_enabled: isServed }: Domain): boolean {
  return type === "custom" && (status === "pending" || (status === "verified" && !isServed));
}
