/** Declares a server gone: its record ends without the provider's word. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { ProvisionAttributes } from "@/lib/api/types";

export function useDeclareGone(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      act<ProvisionAttributes>(`/cloud_provisions/${encodeURIComponent(id)}/declare_gone`, {
        type: "cloud_provisions",
        attributes: { name },
      }),
    onSettled: () =>
      Promise.all(
        ["cloud_provisions", "nodes", "deployments"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
