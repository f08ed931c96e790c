/** Reads one template, compose file included. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { TemplateAttributes } from "@/lib/api/types";

export function templateQuery(id: string) {
  return queryOptions({
    queryKey: ["templates", "detail", id],
    queryFn: ({ signal }) => readOne<TemplateAttributes>(`/templates/${encodeURIComponent(id)}`, signal),
    staleTime: 60_000,
  });
}
