/** Reads what this account has earned as a creator. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { EarningsAttributes } from "@/lib/api/types";

export type Earnings = Entity<EarningsAttributes>;

export const earningsQuery = queryOptions({
  queryKey: ["earnings"],
  queryFn: ({ signal }) => readOne<EarningsAttributes>("/account/earnings", signal),
});
