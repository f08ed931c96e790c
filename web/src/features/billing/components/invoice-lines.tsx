/** The lines of an invoice; each opens to the intervals that it is computed from. */

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Table, Td, Th } from "@/components/ui/table";
import type { ExplanationAttributes, InvoiceItem } from "@/lib/api/types";
import { cn } from "@/lib/cn";
import { cents, duration } from "@/lib/format";
import { daysOf, monthName, secondsOf } from "@/lib/months";
import type { Invoice } from "../api/list-invoices";
import { nameOf } from "../sentences";
import { stretchesOf } from "../stretches";
import { LineName, LineSentence, type Apps } from "./line-words";

interface InvoiceLinesProps {
  invoice: Invoice;
  /** Undefined while it is not known, or cannot be. */
  told: ExplanationAttributes | undefined;
  apps: Apps;
}

export function InvoiceLines({ invoice, told, apps }: InvoiceLinesProps) {
  const currency = invoice.currency ?? "USD";
  const items = invoice.items ?? [];
  const total = invoice.total_cents ?? 0;
  return (
    <Table label="Lines">
      <thead>
        <tr>
          <Th>What</Th>
          <Th side="right">Amount</Th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {items.map((item, place) => (
          <LineRow key={place} item={item} currency={currency} told={told} apps={apps} />
        ))}
        {items.length === 0 && (
          <tr>
            <Td className="text-muted">This invoice has no lines of its own.</Td>
            <Td side="right">{cents(total, currency)}</Td>
          </tr>
        )}
      </tbody>
      <tfoot className="border-line border-t [&>tr>*]:h-9 [&>tr>*]:align-middle">
        {!!invoice.tax_cents && (
          <>
            <Sum name="Before tax" amount={cents(invoice.subtotal_cents ?? total, currency)} />
            <Sum name="Tax" amount={cents(invoice.tax_cents, currency)} />
          </>
        )}
        <Sum name={invoice.status === "draft" ? "So far" : "Total"} amount={cents(total, currency)} isTotal />
      </tfoot>
    </Table>
  );
}

function Sum({ name, amount, isTotal = false }: { name: string; amount: string; isTotal?: boolean }) {
  return (
    <tr className={cn(isTotal ? "font-semibold" : "text-muted")}>
      <th scope="row" className="py-1 pr-2 text-right font-[inherit]">
        {name}
      </th>
      <Td side="right" isTight>
        {amount}
      </Td>
    </tr>
  );
}

interface LineRowProps extends Pick<InvoiceLinesProps, "told" | "apps"> {
  item: InvoiceItem;
  currency: string;
}

function LineRow({ item, currency, told, apps }: LineRowProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const isComputed = item.kind === "run" && told !== undefined;
  return (
    <tr>
      <Td>
        <div className="flex gap-2">
          {isComputed ? (
            <Button
              look="ghost"
              size="sm"
              aria-expanded={isOpen}
              aria-controls={id}
              aria-label={`When ${nameOf(item)} ran`}
              onClick={() => setOpen(!isOpen)}
              className="-mt-1 w-7 px-0 print:hidden"
            >
              <ChevronRight aria-hidden className={cn("transition-transform duration-150", isOpen && "rotate-90")} />
            </Button>
          ) : (
            <span className="w-7 shrink-0 print:hidden" />
          )}
          <div className="min-w-0 flex-1">
            <LineName item={item} apps={apps} />
            <LineSentence item={item} currency={currency} />
            {isComputed && (
              // On paper every line is open.
              <div id={id} className={cn("mt-2", !isOpen && "hidden print:block")}>
                <Intervals item={item} currency={currency} told={told} />
              </div>
            )}
          </div>
        </div>
      </Td>
      <Td side="right" className="font-medium">
        {cents(item.cents, currency)}
      </Td>
    </tr>
  );
}

interface IntervalsProps {
  item: InvoiceItem;
  currency: string;
  told: ExplanationAttributes;
}

function Intervals({ item, currency, told }: IntervalsProps) {
  const stretches = stretchesOf(item, told);
  return (
    <div className="bg-sunken rounded-md p-3 text-xs">
      <ol className="tnum space-y-1">
        {stretches.map(({ since, until }) => (
          <li key={since} className="flex flex-wrap justify-between gap-x-4">
            <span>
              {moment(since)} to {moment(until)}
            </span>
            <span className="text-muted">{duration(until - since)}</span>
          </li>
        ))}
      </ol>
      <p className="border-line text-muted tnum mt-2 border-t pt-2">
        {item.seconds.toLocaleString("en")} s of the {secondsOf(item.month).toLocaleString("en")} s that{" "}
        {monthName(item.month)} has ({daysOf(item.month)} days), times {cents(item.monthly_cents, currency)}:{" "}
        <span className="text-text font-medium">{cents(item.cents, currency)}</span>
      </p>
    </div>
  );
}

/** Months are UTC's, and so are the times that they are made of. */
function moment(seconds: number): string {
  return `${WRITTEN.format(seconds * 1000)} UTC`;
}

const WRITTEN = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZone: "UTC",
});
