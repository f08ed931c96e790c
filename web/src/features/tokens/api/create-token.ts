/** Makes a token. The answer alone shows it; a repeat of the request does not. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { TokenAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { inDays } from "../standing";
import { tokensQuery } from "./list-tokens";

export interface NewToken {
  name: string;
  scope: TokenAttributes["scope"];
  /** For how many days it is good. */
  days: number;
}

export function useCreateToken() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: ({ days, ...token }: NewToken) => {
      const wanted = { ...token, expires_at: inDays(days, Date.now()) };
      return create<TokenAttributes>("/api_tokens", "api_tokens", wanted, key());
    },
    onSettled: (_data, error) => {
      settle(error);
      // One that was cut off is in the list too.
      return queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
    // It holds a secret: nothing keeps it once the dialog is closed.
    gcTime: 0,
  });
}
