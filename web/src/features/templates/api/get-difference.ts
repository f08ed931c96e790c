/** Reads what one version of a template changes of another; both are published and stay as they are. */

import { queryOptions } from "@tanstack/react-query";
import { readTold, tryVersion } from "@/lib/api/client";
import type { VersionAttributes, VersionDifference } from "@/lib/api/types";

interface Told {
  difference?: VersionDifference;
}

export const SAME: VersionDifference = { changes: [], asked: [], risks: [], is_planned: true };

/** The change from `before` to `after`, two version numbers. */
export function differenceQuery(id: string, before: string, after: string) {
  return queryOptions({
    queryKey: ["templates", "differences", id, before, after],
    queryFn: async ({ signal }) => {
      const words = new URLSearchParams({ compare: before });
      const path = `/templates/${encodeURIComponent(id)}/versions/${encodeURIComponent(after)}?${words}`;
      const { meta } = await readTold<VersionAttributes>(path, signal);
      return (meta as Told | undefined)?.difference ?? SAME;
    },
    staleTime: 60_000,
  });
}

/** What a new version would change of the present one; nothing is made. */
export function newDifferenceQuery(id: string, attributes: object) {
  return queryOptions({
    queryKey: ["templates", "differences", id, attributes],
    queryFn: async ({ signal }) => {
      const path = `/templates/${encodeURIComponent(id)}/versions`;
      const { meta } = await tryVersion(path, attributes, signal);
      return (meta as Told | undefined)?.difference ?? SAME;
    },
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
}
