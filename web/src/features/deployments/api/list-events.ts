/** Lists what happened to an app, newest first. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { EventsAttributes } from "@/lib/api/types";

export function eventsQuery(id: string) {
  return queryOptions({
    queryKey: ["deployments", "events", id],
    queryFn: ({ signal }) =>
      readOne<EventsAttributes>(`/deployments/${encodeURIComponent(id)}/monitoring/events?limit=100`, signal),
    refetchInterval: 3_000,
  });
}
