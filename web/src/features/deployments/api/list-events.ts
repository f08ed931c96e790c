/** Lists what happened to an app last, newest first. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { EventsAttributes } from "@/lib/api/types";

/** `isWorking` says whether work goes on, of which each step leaves an event. */
export function eventsQuery(id: string, isWorking = false) {
  return queryOptions({
    queryKey: ["deployments", "events", id],
    queryFn: ({ signal }) =>
      readOne<EventsAttributes>(`/deployments/${encodeURIComponent(id)}/monitoring/events?limit=20`, signal),
    refetchInterval: isWorking ? 2_000 : 15_000,
  });
}
