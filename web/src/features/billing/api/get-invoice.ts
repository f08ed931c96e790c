/** Reads one invoice: its lines, and what happened since it was closed. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { InvoiceAttributes } from "@/lib/api/types";

export function invoiceQuery(id: string) {
  return queryOptions({
    queryKey: ["invoices", "one", id],
    queryFn: ({ signal }) => readOne<InvoiceAttributes>(`/invoices/${encodeURIComponent(id)}`, signal),
  });
}
