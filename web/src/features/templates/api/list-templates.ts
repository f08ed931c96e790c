/** Lists templates: the published ones, newest or most used first, or one's own with drafts. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { TemplateAttributes } from "@/lib/api/types";

export type Template = Entity<TemplateAttributes>;

/** Only the API knows how often each one runs. */
const SHELVES = {
  newest: "/templates",
  popular: "/templates?sort=-popularity",
  mine: "/templates?scope=mine",
} as const;

export type Shelf = keyof typeof SHELVES;

export function shelfQuery(shelf: Shelf) {
  return queryOptions({
    queryKey: ["templates", "list", shelf],
    queryFn: ({ signal }) => readAll<TemplateAttributes>(SHELVES[shelf], signal),
    staleTime: 10_000,
  });
}

export const templatesQuery = shelfQuery("newest");
