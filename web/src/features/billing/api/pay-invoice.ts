/** Opens the page where an invoice is paid, or finds the one that is open already. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { CheckoutAttributes } from "@/lib/api/types";
import { returnsTo } from "../returns";

export function usePayInvoice(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      act<CheckoutAttributes>(`/invoices/${encodeURIComponent(id)}/pay`, {
        type: "invoices",
        attributes: returnsTo(window.location.origin, id),
      }),
    onSuccess: ({ checkout_url: page }) => window.location.assign(page),
    onError: (error) => {
      toast("fail", `The payment page did not open. ${reason(error)}`);
      return queries.invalidateQueries({ queryKey: ["invoices"] });
    },
  });
}
