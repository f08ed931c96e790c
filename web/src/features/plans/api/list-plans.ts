/** Lists the plans, smallest first, with what each would cost now, and what was bought. */

import { queryOptions } from "@tanstack/react-query";
import { readListed } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { PlanAttributes, Subscription } from "@/lib/api/types";

export type Plan = Entity<PlanAttributes>;

/** Soon after a payment the gateway says that the plan is another one. */
const CHANGING_MS = 1_500;

export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: async ({ signal }) => {
    const { items, meta } = await readListed<PlanAttributes>("/plans", signal);
    return { plans: items, subscription: (meta as { subscription: Subscription | null }).subscription };
  },
  refetchInterval: ({ state }) => (state.data?.subscription?.state === "changing" ? CHANGING_MS : false),
});
