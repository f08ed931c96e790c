/** Takes up a failed server again: it goes on from what already exists. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { ProvisionAttributes } from "@/lib/api/types";

export function useRetryProvision() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      act<ProvisionAttributes>(`/cloud_provisions/${encodeURIComponent(id)}/retry`),
    onError: (error) => toast("fail", `Could not try again. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["cloud_provisions"] }),
  });
}
