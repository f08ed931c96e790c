/** Asks the provider whether a credential works. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { CredentialAttributes } from "@/lib/api/types";

export function useCheckCredential(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => act<CredentialAttributes>(`/cloud_credentials/${encodeURIComponent(id)}/check`),
    // A refusal is written down, too.
    onSettled: () => queries.invalidateQueries({ queryKey: ["cloud_credentials", "list"] }),
  });
}
