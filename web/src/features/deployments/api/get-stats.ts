/** Asks the server what each container of an app uses now. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { StatsAttributes } from "@/lib/api/types";

export function statsQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "stats", id],
    queryFn: ({ signal }) =>
      readOne<StatsAttributes>(`/deployments/${encodeURIComponent(id)}/monitoring/stats`, signal),
    refetchInterval: 10_000,
    // A server that does not answer is asked again soon enough.
    retry: false,
  });
}
