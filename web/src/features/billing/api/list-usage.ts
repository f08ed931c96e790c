/** Lists what this account used, newest first, page by page. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { readPage } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { UsageEventAttributes } from "@/lib/api/types";

export type UsageEvent = Entity<UsageEventAttributes>;

export const usageQuery = infiniteQueryOptions({
  queryKey: ["usage_events"],
  queryFn: ({ pageParam, signal }) => readPage<UsageEventAttributes>(pageParam, signal),
  initialPageParam: "/usage_events?page[size]=50",
  getNextPageParam: ({ next }) => next,
});
