/** Takes up a failed server again: it goes on from what already exists. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { ProvisionAttributes } from "@/lib/api/types";

export function useRetryProvision() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      act<ProvisionAttributes>(`/cloud_provisions/${encodeURIComponent(id)}/retry`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["cloud_provisions"] }),
  });
}
