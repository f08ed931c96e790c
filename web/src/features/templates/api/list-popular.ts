/** Lists the published templates that run most often now. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { TemplateAttributes } from "@/lib/api/types";

const MOST = 6;

export const popularQuery = queryOptions({
  queryKey: ["templates", "popular"],
  queryFn: ({ signal }) => readFirst<TemplateAttributes>(`/templates?sort=-popularity&page[size]=${MOST}`, signal),
  staleTime: 60_000,
});
