/** Has the file of an invoice made, and fetches it. */

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { InvoiceDownloadAttributes } from "@/lib/api/types";

export function useDownloadInvoice(id: string) {
  return useMutation({
    mutationFn: () =>
      act<InvoiceDownloadAttributes>(`/invoices/${encodeURIComponent(id)}/download`, {
        type: "invoices",
        attributes: { format: "pdf" },
      }),
    // The link is to a file that is saved, so that this page stays.
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => toast("fail", `The PDF was not made. ${reason(error)}`),
  });
}
