/** Finds a few published templates by words, best known first. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { TemplateAttributes } from "@/lib/api/types";

const MOST = 6;

/** Asks nothing without words. */
export function foundQuery(words: string) {
  return queryOptions({
    queryKey: ["templates", "found", words],
    queryFn: ({ signal }) => readFirst<TemplateAttributes>(`/templates?${searchFor(words)}`, signal),
    enabled: words !== "",
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

function searchFor(words: string): string {
  return String(new URLSearchParams({ "filter[search]": words, sort: "-popularity", "page[size]": String(MOST) }));
}
