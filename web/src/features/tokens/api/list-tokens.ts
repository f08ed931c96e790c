/** Lists the tokens with which programs come in as this account. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { TokenAttributes } from "@/lib/api/types";

export type Token = Entity<TokenAttributes>;

export const tokensQuery = queryOptions({
  queryKey: ["api_tokens", "list"],
  queryFn: ({ signal }) => readAll<TokenAttributes>("/api_tokens", signal),
});
