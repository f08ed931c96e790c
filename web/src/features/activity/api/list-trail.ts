/** Lists who did what to one's records, newest first, page by page. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { readPage } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { TrailAttributes } from "@/lib/api/types";
import { typesOf, type Kind } from "../kinds";

export type TrailEvent = Entity<TrailAttributes>;

const SIZE = 50;

interface Wanted {
  kind?: Kind | undefined;
  /** A day as YYYY-MM-DD; what happened after it is left out. */
  until?: string | undefined;
}

export function trailQuery({ kind, until }: Wanted) {
  const search = new URLSearchParams({ "page[size]": String(SIZE) });
  if (kind) search.set("filter[resource_type]", typesOf(kind).join(","));
  if (until) search.set("until", endOf(until));
  return infiniteQueryOptions({
    queryKey: ["events", kind ?? "", until ?? ""],
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
