/** Asks how a checkout ended. What Stripe says counts, whoever hears of it first. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { PaymentStateAttributes } from "@/lib/api/types";

const PATIENCE = 20;

/** A card answers within moments. A bank takes days: after a minute there is no more asking. */
export function paymentQuery(session: string) {
  return queryOptions({
    queryKey: ["payments", session],
    queryFn: ({ signal }) =>
      readOne<PaymentStateAttributes>(
        `/billing/verify-payment?session_id=${encodeURIComponent(session)}`,
        signal,
      ),
    refetchInterval: ({ state }) =>
      state.data?.status === "pending" && state.dataUpdateCount < PATIENCE ? 3_000 : false,
  });
}
