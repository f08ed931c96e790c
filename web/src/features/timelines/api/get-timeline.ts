/** Reads the timeline of an app, a server or a test; every second while there is work. */

import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { readOne } from "@/lib/api/client";
import type { TimelineAttributes } from "@/lib/api/types";

export type Timed = "deployments" | "cloud_provisions" | "nodes" | "template_proofs" | "account_exports";

export function timelineQuery(resource: Timed, id: string) {
  return queryOptions({
    queryKey: [resource, "timeline", id],
    queryFn: ({ signal }) =>
      readOne<TimelineAttributes>(`/${resource}/${encodeURIComponent(id)}/timeline`, signal),
  });
}

/** `isWorking` says whether the entity has work in hand; when that ends, the end is read once more. */
export function useTimeline(resource: Timed, id: string, isWorking: boolean) {
  const queries = useQueryClient();
  const options = timelineQuery(resource, id);
  const was = useRef(isWorking);
  useEffect(() => {
    if (was.current === isWorking) return;
    was.current = isWorking;
    void queries.invalidateQueries({ queryKey: [resource, "timeline", id] });
  }, [queries, resource, id, isWorking]);
  return useQuery({ ...options, refetchInterval: isWorking ? 1_000 : false });
}
