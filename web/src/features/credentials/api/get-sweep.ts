/** Reads what the last look for forgotten servers found in an account. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { SweepAttributes } from "@/lib/api/types";

export type Sweep = Entity<SweepAttributes>;

export function readSweep(credentialId: string, signal?: AbortSignal): Promise<Sweep> {
  return readOne<SweepAttributes>(`/cloud_credentials/${encodeURIComponent(credentialId)}/sweep`, signal);
}

export function sweepQuery(credentialId: string) {
  return queryOptions({
    queryKey: ["cloud_credentials", "sweep", credentialId],
    queryFn: ({ signal }) => readSweep(credentialId, signal),
    refetchInterval: 60_000,
  });
}
