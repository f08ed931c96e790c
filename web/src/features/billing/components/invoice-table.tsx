/** The invoices of this account: for which month, how they stand, what they come to. */

import { Link } from "@tanstack/react-router";
import { Status } from "@/components/feedback/status";
import { Table, Td, Th } from "@/components/ui/table";
import { paths } from "@/config/paths";
import { cents } from "@/lib/format";
import { useNow } from "@/lib/use-now";
import { day } from "@/lib/months";
import type { Invoice } from "../api/list-invoices";
import { stateOf, subjectOf, titleOf } from "../invoices";
import { PayButton } from "./pay-button";

export function InvoiceTable({ invoices }: { invoices: Invoice[] }) {
  const now = useNow();
  return (
    <Table label="Invoices">
      <thead>
        <tr>
          <Th>For</Th>
          <Th>State</Th>
          <Th className="hidden sm:table-cell">When</Th>
          <Th side="right">Amount</Th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {invoices.map((invoice) => (
          <tr key={invoice.id} className="hover:bg-hover transition-colors duration-150">
            <Td>
              <Link
                to={paths.invoice}
                params={{ id: invoice.id }}
                aria-label={titleOf(invoice)}
                className="font-medium whitespace-nowrap underline-offset-2 hover:underline"
              >
                {subjectOf(invoice)}
              </Link>
            </Td>
            <Td>
              <Status state={invoice.status} {...stateOf(invoice, now)} />
            </Td>
            <Td className="text-muted hidden whitespace-nowrap sm:table-cell">{when(invoice)}</Td>
            <Td side="right">
              <div className="flex flex-col-reverse items-end gap-2 sm:flex-row sm:items-center sm:justify-end sm:gap-4">
                <PayButton invoice={invoice} size="sm" label="Pay" />
                <span className="min-w-16 font-medium">{cents(invoice.total_cents ?? 0, invoice.currency)}</span>
              </div>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function when({ status, paid_at: paid, due_on: due }: Invoice): string {
  if (status === "paid") return paid ? `Paid on ${day(paid)}` : "Paid";
  if (status === "draft") return "Closes at the month’s end";
  if (status === "carried") return "On a later invoice";
  return due ? `Due by ${day(due)}` : "Due now";
}
