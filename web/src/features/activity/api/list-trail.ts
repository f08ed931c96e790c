/** Lists who did what to one's records, newest first, page by page. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { readPage } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { TrailAttributes } from "@/lib/api/types";

export type TrailEvent = Entity<TrailAttributes>;

const SIZE = 50;

/** `until` is a day as YYYY-MM-DD; what happened after it is left out. */
export function trailQuery(until: string | undefined) {
  const search = new URLSearchParams({ "page[size]": String(SIZE) });
  if (until) search.set("until", endOf(until));
  return infiniteQueryOptions({
    queryKey: ["events", until ?? ""],
    queryFn: ({ pageParam, signal }) => readPage<TrailAttributes>(pageParam, signal),
    initialPageParam: `/events?${search}`,
    getNextPageParam: ({ next }) => next,
  });
}

/** The moment at which a day of this browser's calendar is over, in UTC. */
function endOf(day: string): string {
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}
