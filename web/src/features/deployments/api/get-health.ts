/** Asks the server how each container of an app is now. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { HealthAttributes } from "@/lib/api/types";

export function healthQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "health", id],
    queryFn: ({ signal }) =>
      readOne<HealthAttributes>(`/deployments/${encodeURIComponent(id)}/monitoring/health`, signal),
    refetchInterval: 10_000,
    // A server that does not answer is asked again soon enough.
    retry: false,
  });
}
