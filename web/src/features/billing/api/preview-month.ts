/** Brings this month's draft up to date and reads it; null while nothing cost money. */

import { queryOptions } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import { ApiError } from "@/lib/api/errors";
import type { InvoiceAttributes } from "@/lib/api/types";
import type { Invoice } from "./list-invoices";

async function previewMonth(): Promise<Invoice | null> {
  try {
    return await act<InvoiceAttributes>("/invoices/preview");
  } catch (error) {
    if (error instanceof ApiError && error.code === "nothing_to_bill") return null;
    throw error;
  }
}

/** Costs grow slowly and each asking writes the draft anew: once a minute is often enough. */
export const monthQuery = queryOptions({
  queryKey: ["invoices", "month"],
  queryFn: previewMonth,
  staleTime: 60_000,
  refetchInterval: 60_000,
});
