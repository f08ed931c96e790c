/** Opens the page where a plan is paid. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { paths } from "@/config/paths";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { CheckoutAttributes } from "@/lib/api/types";

export function useBuyPlan(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const back = `${window.location.origin}${paths.plans}?payment=`;
      return act<CheckoutAttributes>(`/plans/${encodeURIComponent(id)}/checkout`, {
        type: "checkouts",
        attributes: { success_url: `${back}success`, cancel_url: `${back}cancelled` },
      });
    },
    onSuccess: ({ checkout_url: page }) => window.location.assign(page),
    onError: (error) => {
      toast("fail", `The payment page did not open. ${reason(error)}`);
      return queries.invalidateQueries({ queryKey: ["plans"] });
    },
  });
}
