/** Reads what one's plan allows, and what is used of it. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { AccountAttributes } from "@/lib/api/types";

export type Account = Entity<AccountAttributes>;

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => readOne<AccountAttributes>("/account", signal),
});
