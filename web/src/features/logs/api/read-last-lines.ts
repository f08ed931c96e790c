/** Reads the last lines that an app wrote, as they are shown beside a failure. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { LogsAttributes } from "@/lib/api/types";

export function lastLinesQuery(id: string, count: number) {
  return queryOptions({
    queryKey: ["deployments", "last-lines", id, count],
    queryFn: async ({ signal }) => {
      const path = `/deployments/${encodeURIComponent(id)}/monitoring/logs?tail=${count}`;
      return (await readOne<LogsAttributes>(path, signal)).logs;
    },
    // The server may be what failed: its answer is not waited for over and over.
    retry: false,
  });
}
