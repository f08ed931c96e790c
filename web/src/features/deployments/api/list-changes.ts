/** Lists the changes of version that an app went through, newest first. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { EventsAttributes } from "@/lib/api/types";

const TYPES = "redeployed,redeploy_undone,redeploy_cancelled";

export function changesQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "changes", id],
    queryFn: ({ signal }) =>
      readOne<EventsAttributes>(
        `/deployments/${encodeURIComponent(id)}/monitoring/events?limit=50&type=${encodeURIComponent(TYPES)}`,
        signal,
      ),
  });
}
