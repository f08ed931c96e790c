/** Lists the published templates that are most like one, best first. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { TemplateAttributes } from "@/lib/api/types";

const MOST = 4;

export function relatedQuery(id: string) {
  return queryOptions({
    queryKey: ["templates", "related", id],
    queryFn: ({ signal }) =>
      readFirst<TemplateAttributes>(
        `/templates?${new URLSearchParams({ "filter[related]": id, "page[size]": String(MOST) })}`,
        signal,
      ),
    staleTime: 60_000,
  });
}
