/** Puts another token in the place of a credential's, and asks the provider whether it works. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act, change } from "@/lib/api/client";
import type { CredentialAttributes } from "@/lib/api/types";

export function useReplaceToken(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Record<string, string>) => {
      await change<CredentialAttributes>("cloud_credentials", id, { credentials });
      return act<CredentialAttributes>(`/cloud_credentials/${encodeURIComponent(id)}/check`);
    },
    // What the provider offers may be another account's now.
    onSettled: () => queries.invalidateQueries({ queryKey: ["cloud_credentials"] }),
  });
}
