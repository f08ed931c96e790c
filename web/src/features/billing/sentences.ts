/** Says in a sentence how a line of an invoice, or an entry about one, comes to its amount. */

import type { InvoiceItem } from "@/lib/api/types";
import { cents, duration } from "@/lib/format";
import { daysOf, monthName, secondsOf } from "@/lib/months";

/** "Running 11 d 4 h of 30 d at $5.00", and what else a line may be. */
export function sentenceOf(item: InvoiceItem, currency: string): string {
  const month = monthName(item.month);
  switch (item.kind) {
    case "run":
      return `Running ${long(item.seconds, item.month)} at ${cents(item.monthly_cents, currency)}`;
    case "correction":
      return correction(item, month);
    case "carried":
      return item.cents < 0
        ? `What was in your favour at the end of ${month}`
        : `${month} came to too little to be charged by itself`;
    case "credit":
      return item.cents < 0 ? "Given to you, so you owe less" : "A credit that was paid back to you";
    case "dispute":
      return "Your bank took this payment back, so it is owed again";
    case "plan":
      return item.cents < 0 ? "Taken off: it was paid already" : "From the payment on";
  }
}

/** "11 d 4 h of 30 d", or the whole month. */
function long(seconds: number, month: string): string {
  const days = `${daysOf(month)} d`;
  return seconds >= secondsOf(month) ? `all ${days}` : `${duration(seconds)} of ${days}`;
}

function correction({ seconds, cents: by }: InvoiceItem, month: string): string {
  if (seconds === 0) return `${month} was billed with another amount`;
  const what = by < 0 ? "less" : "more";
  return `It ran ${duration(Math.abs(seconds))} ${what} in ${month} than was billed`;
}

/** What a line is of: the app, or what it stands for where it is of none. */
export function nameOf(item: InvoiceItem): string {
  if (item.deployment_name) return item.deployment_name;
  const names = { run: "App", correction: "Correction", carried: "Carried over", credit: "Credit", dispute: "Dispute" };
  return item.kind === "plan" ? item.description : names[item.kind];
}

const ENTRIES: Record<string, string> = {
  invoice_closed: "Month closed",
  plan: "Plan bought",
  payment: "Payment",
  credit: "Credit",
  refund: "Refund",
  dispute: "Taken back by your bank until it has decided",
  dispute_won: "Given back after your bank decided",
  dispute_lost: "Taken back by your bank for good: owed again",
};

export function entryName(kind: string): string {
  return ENTRIES[kind] ?? kind.replaceAll("_", " ");
}
