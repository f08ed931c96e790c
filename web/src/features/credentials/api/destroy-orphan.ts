/** Destroys a server at the provider of which Hoster has no record, because somebody says so. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import { sweepQuery } from "./get-sweep";

interface Orphan {
  server_id: string;
  /** As it was typed. */
  name: string;
}

export function useDestroyOrphan(credentialId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ server_id, name }: Orphan) =>
      act(`/cloud_credentials/${encodeURIComponent(credentialId)}/destroy_orphan`, {
        type: "cloud_credentials",
        attributes: { server_id, name },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: sweepQuery(credentialId).queryKey }),
  });
}
