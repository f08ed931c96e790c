/** Lists where a provider can make servers, and of which sizes. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { RegionAttributes, SizeAttributes } from "@/lib/api/types";

export type Region = Entity<RegionAttributes>;
export type Size = Entity<SizeAttributes>;

export function regionsQuery(credentialId: string) {
  return queryOptions({
    queryKey: ["cloud_credentials", "regions", credentialId],
    queryFn: ({ signal }) =>
      readAll<RegionAttributes>(`/cloud_credentials/${encodeURIComponent(credentialId)}/regions`, signal),
    staleTime: 600_000,
  });
}

export function sizesQuery(credentialId: string) {
  return queryOptions({
    queryKey: ["cloud_credentials", "sizes", credentialId],
    queryFn: ({ signal }) =>
      readAll<SizeAttributes>(`/cloud_credentials/${encodeURIComponent(credentialId)}/sizes`, signal),
    staleTime: 600_000,
  });
}
