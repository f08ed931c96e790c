/** What an invoice's state means to who pays it. */

import type { Hue } from "@/components/feedback/status";
import type { Invoice } from "./api/list-invoices";
import { monthName, monthOf } from "@/lib/months";

export function isPayable({ status, total_cents: total }: Invoice): boolean {
  return (status === "pending" || status === "failed") && (total ?? 0) > 0;
}

export function isOverdue(invoice: Invoice, now: number): boolean {
  return isPayable(invoice) && !!invoice.due_on && Date.parse(invoice.due_on) < now;
}

/** "Invoice for October 2026". */
export function titleOf(invoice: Invoice): string {
  return invoice.period_start ? `Invoice for ${monthName(monthOf(invoice.period_start))}` : "Invoice";
}

const STATES: Record<string, { word: string; hue: Hue }> = {
  draft: { word: "This month", hue: "rest" },
  pending: { word: "To pay", hue: "warn" },
  failed: { word: "Payment failed", hue: "fail" },
  paid: { word: "Paid", hue: "run" },
  carried: { word: "Carried over", hue: "rest" },
};

export function stateOf(invoice: Invoice, now: number): { word: string; hue: Hue } {
  if (isOverdue(invoice, now)) return { word: "Overdue", hue: "fail" };
  return STATES[invoice.status] ?? { word: invoice.status, hue: "rest" };
}
