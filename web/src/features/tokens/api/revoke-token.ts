/** Revokes a token: it opens nothing any more. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";
import { tokensQuery } from "./list-tokens";

export function useRevokeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/api_tokens/${encodeURIComponent(id)}`),
    // One whose key could not be taken from the gateway has another state now.
    onSettled: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}
