/** Reads what an app used over a range. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { MetricsAttributes } from "@/lib/api/types";
import type { Range } from "../ranges";

const MINUTE = 60_000;

export function metricsQuery(id: string, range: Range) {
  return queryOptions({
    queryKey: ["deployments", "metrics", id, range],
    queryFn: ({ signal }) =>
      readOne<MetricsAttributes>(
        `/deployments/${encodeURIComponent(id)}/monitoring/metrics?range=${range}`,
        signal,
      ),
    // Measured once a minute; what is long ago changes seldom.
    staleTime: MINUTE / 2,
    refetchInterval: range === "1h" || range === "6h" ? MINUTE : 5 * MINUTE,
  });
}
