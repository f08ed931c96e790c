/** Reads what this month has cost so far; null while nothing did. */

import { queryOptions } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import { ApiError } from "@/lib/api/errors";
import type { InvoiceAttributes } from "@/lib/api/types";

/** The draft is computed anew at each reading, so that it is not read often. */
const MINUTE = 60_000;

export const monthQuery = queryOptions({
  queryKey: ["invoices", "month"],
  queryFn: async () => {
    try {
      return await act<InvoiceAttributes>("/invoices/preview");
    } catch (error) {
      if (error instanceof ApiError && error.code === "nothing_to_bill") return null;
      throw error;
    }
  },
  staleTime: MINUTE,
  refetchInterval: 5 * MINUTE,
});
