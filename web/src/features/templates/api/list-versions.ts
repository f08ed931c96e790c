/** Lists the latest versions of a template, newest first, without their texts. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { VersionAttributes } from "@/lib/api/types";

export type Version = Entity<VersionAttributes>;

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: ["templates", "versions", id],
    queryFn: ({ signal }) =>
      readFirst<VersionAttributes>(`/templates/${encodeURIComponent(id)}/versions`, signal),
    staleTime: 60_000,
  });
}
