/** What an invoice's state means to who pays it. */

import type { Hue } from "@/components/feedback/status";
import { monthName, monthOf } from "@/lib/months";
import type { Invoice } from "./api/list-invoices";

/** An order of a plan is no debt: it is paid by choosing the plan again, or forgotten. */
export function isPayable({ kind, status, total_cents: total }: Invoice): boolean {
  return kind !== "plan" && (status === "pending" || status === "failed") && (total ?? 0) > 0;
}

/** What belongs into the list of invoices: closed months, and plans that were paid. */
export function isListed({ kind, status }: Invoice): boolean {
  return kind === "plan" ? status === "paid" : status !== "draft";
}

export function isOverdue(invoice: Invoice, now: number): boolean {
  return isPayable(invoice) && !!invoice.due_on && Date.parse(invoice.due_on) < now;
}

/** "Invoice for October 2026", "Receipt for Starter". */
export function titleOf(invoice: Invoice): string {
  return invoice.kind === "plan" ? `Receipt for ${subjectOf(invoice)}` : `Invoice for ${subjectOf(invoice)}`;
}

/** What an invoice is for: a month, or a plan. */
export function subjectOf({ kind, plan, period_start: start, created_at: made }: Invoice): string {
  if (kind === "plan" && plan) return plan.charAt(0).toUpperCase() + plan.slice(1);
  return monthName(monthOf(start ?? made));
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
