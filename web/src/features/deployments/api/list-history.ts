/** Reads all that happened to an app, newest first, page by page. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { readPage } from "@/lib/api/client";
import type { EventAttributes } from "@/lib/api/types";

const PAGE = 50;

export function historyQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ["deployments", "history", id],
    queryFn: ({ pageParam, signal }) =>
      readPage<EventAttributes>(
        pageParam ?? `/events?filter%5Bresource_id%5D=${encodeURIComponent(id)}&page%5Bsize%5D=${PAGE}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // Who reads far back is not disturbed by reading it all again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 15_000),
  });
}
