/** Forgets a credential. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";
import { credentialsQuery } from "./list-credentials";

export function useDeleteCredential() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/cloud_credentials/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: credentialsQuery.queryKey }),
  });
}
