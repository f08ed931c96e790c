/** Cancels the making of a server; what was made is destroyed. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { ProvisionAttributes } from "@/lib/api/types";

export function useCancelProvision() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      act<ProvisionAttributes>(`/cloud_provisions/${encodeURIComponent(id)}/cancel`),
    onError: (error) => toast("fail", `Could not cancel. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["cloud_provisions"] }),
  });
}
