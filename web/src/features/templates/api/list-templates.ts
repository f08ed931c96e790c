/** Lists the published templates. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { TemplateAttributes } from "@/lib/api/types";

export type Template = Entity<TemplateAttributes>;

export const templatesQuery = queryOptions({
  queryKey: ["templates", "list"],
  queryFn: ({ signal }) => readAll<TemplateAttributes>("/templates", signal),
  staleTime: 60_000,
});
