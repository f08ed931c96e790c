/** Lists the apps that live on a server of one's own, others' among them. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ResidentAttributes } from "@/lib/api/types";

export type Resident = Entity<ResidentAttributes>;

/** Asked anew each time: it is read before apps are destroyed with their server. */
export function residentsQuery(nodeId: string) {
  return queryOptions({
    queryKey: ["nodes", "residents", nodeId],
    queryFn: ({ signal }) =>
      readAll<ResidentAttributes>(`/nodes/${encodeURIComponent(nodeId)}/deployments`, signal),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}
