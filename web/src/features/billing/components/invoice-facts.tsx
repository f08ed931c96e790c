/** What an invoice is called and which times it has. */

import { Link } from "@tanstack/react-router";
import { Card, Fact, Facts, LongFact } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { day, lastDay, monthOf } from "@/lib/months";
import type { Invoice } from "../api/list-invoices";

export function InvoiceFacts({ invoice }: { invoice: Invoice }) {
  const { kind, period_start: start, period_end: end } = invoice;
  const { closed_at: closed, due_on: due, paid_at: paid, carried_to: carried } = invoice;
  return (
    <Card title="About it">
      <Facts>
        <LongFact name="Number">
          <span className="min-w-0 flex-1 font-mono text-xs break-all">{invoice.id}</span>
          <span className="print:hidden">
            <CopyButton text={invoice.id} label="Copy the invoice’s number" />
          </span>
        </LongFact>
        {start && (
          <Fact name="Period">
            {day(start)} to {kind === "plan" && end ? day(end) : lastDay(monthOf(start))}
          </Fact>
        )}
        {closed && (
          <Fact name="Closed">
            <Time at={closed} />
          </Fact>
        )}
        {due && <Fact name="Due">{day(due)}</Fact>}
        {paid && (
          <Fact name="Paid">
            <Time at={paid} />
          </Fact>
        )}
        {carried && (
          <Fact name="Carried to">
            <Link to={paths.invoice} params={{ id: carried }} className="text-accent underline underline-offset-2">
              The invoice that has it
            </Link>
          </Fact>
        )}
      </Facts>
    </Card>
  );
}
