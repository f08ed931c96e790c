/** Reads what an invoice is computed from: intervals in which apps ran, and prices. */

import { queryOptions } from "@tanstack/react-query";
import { readOne } from "@/lib/api/client";
import type { ExplanationAttributes } from "@/lib/api/types";

export function explanationQuery(id: string) {
  return queryOptions({
    queryKey: ["invoices", "explained", id],
    queryFn: ({ signal }) =>
      readOne<ExplanationAttributes>(`/invoices/${encodeURIComponent(id)}/explain`, signal),
  });
}
