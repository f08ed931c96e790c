/** Lists what this account used, newest first, page by page; of one app, kind or month alone. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { readPage } from "@/lib/api/client";
import type { Entity, Page } from "@/lib/api/document";
import type { UsageEventAttributes } from "@/lib/api/types";
import { momentsOf } from "@/lib/months";
import { typeOf, type UsageChoice } from "../usage";

export type UsageEvent = Entity<UsageEventAttributes>;

const SIZE = 50;
/** Pages that are looked through for what was chosen before one is asked whether to go on. */
const MOST_PAGES = 10;

export function usageQuery({ app, kind, month }: UsageChoice) {
  const search = new URLSearchParams({ "page[size]": String(SIZE) });
  if (app) search.set("filter[resource_id]", app);
  if (kind) search.set("filter[event_type]", typeOf(kind));
  if (month) {
    const [since, until] = momentsOf(month);
    search.set("since", since);
    search.set("until", until);
  }
  return infiniteQueryOptions({
    queryKey: ["usage_events", app ?? "", kind ?? "", month ?? ""],
    queryFn: ({ pageParam, signal }) => readSome(pageParam, signal),
    initialPageParam: `/usage_events?${search}`,
    getNextPageParam: ({ next }) => next,
  });
}

/** A page of a choice may hold nothing and go on all the same. */
async function readSome(path: string, signal: AbortSignal): Promise<Page<UsageEventAttributes>> {
  let found = await readPage<UsageEventAttributes>(path, signal);
  for (let pages = 1; found.items.length === 0 && found.next !== null && pages < MOST_PAGES; pages++) {
    found = await readPage<UsageEventAttributes>(found.next, signal);
  }
  return found;
}
