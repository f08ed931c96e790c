/** Lists the invoices of this account, newest first; without their lines. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { InvoiceAttributes } from "@/lib/api/types";

export type Invoice = Entity<InvoiceAttributes>;

export const invoicesQuery = queryOptions({
  queryKey: ["invoices", "list"],
  queryFn: ({ signal }) => readAll<InvoiceAttributes>("/invoices", signal),
});
