/** Reads one version of a template with its texts; a published one never changes. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { VersionAttributes } from "@/lib/api/types";

export function versionQuery(id: string, version: string) {
  return queryOptions({
    queryKey: ["templates", "versions", id, version],
    queryFn: ({ signal }) =>
      readOne<VersionAttributes>(
        `/templates/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}`,
        signal,
      ),
    staleTime: 60_000,
  });
}
