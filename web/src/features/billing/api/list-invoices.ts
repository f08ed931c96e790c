/** Lists the invoices of this account, newest first; without their lines. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { readAll, readPage } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { InvoiceAttributes } from "@/lib/api/types";

export type Invoice = Entity<InvoiceAttributes>;

/** Two years of months. */
const SIZE = 24;

/** All of them, for what is told of those that wait for something. */
export const invoicesQuery = queryOptions({
  queryKey: ["invoices", "list"],
  queryFn: ({ signal }) => readAll<InvoiceAttributes>("/invoices", signal),
});

/** The same page by page. */
export const invoicePagesQuery = infiniteQueryOptions({
  queryKey: ["invoices", "pages"],
  queryFn: ({ pageParam, signal }) => readPage<InvoiceAttributes>(pageParam, signal),
  initialPageParam: `/invoices?page[size]=${SIZE}`,
  getNextPageParam: ({ next }) => next,
});
