/** One invoice: what is to be paid, each line down to its intervals, and what happened since. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useDownloadInvoice } from "@/features/billing/api/download-invoice";
import { explanationQuery } from "@/features/billing/api/explain-invoice";
import { invoiceQuery } from "@/features/billing/api/get-invoice";
import type { Invoice } from "@/features/billing/api/list-invoices";
import { InvoiceEntries } from "@/features/billing/components/invoice-entries";
import { InvoiceFacts } from "@/features/billing/components/invoice-facts";
import { InvoiceLines } from "@/features/billing/components/invoice-lines";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { PayButton } from "@/features/billing/components/pay-button";
import { isPayable, stateOf, titleOf } from "@/features/billing/invoices";
import { useAppNames } from "@/features/deployments/hooks/use-app-names";
import { day } from "@/lib/months";
import { reason } from "@/lib/api/errors";
import { cents } from "@/lib/format";

const route = getRouteApi("/account/billing/$id");

export function InvoicePage() {
  const { id } = route.useParams();
  const apps = useAppNames();
  const { data: invoice } = useSuspenseQuery(invoiceQuery(id));
  const { data: told, error } = useQuery(explanationQuery(id));
  return (
    <>
      <PageHead title={titleOf(invoice)}>
        <Ways invoice={invoice} />
      </PageHead>
      <MoneyNav />
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_320px]">
        <div className="min-w-0 space-y-6">
          <Owed invoice={invoice} />
          <Card title="Lines">
            <InvoiceLines invoice={invoice} told={told} apps={apps} />
          </Card>
          {error && <Notice tone="warn">The intervals are not shown: {reason(error)}</Notice>}
          <InvoiceEntries invoice={invoice} />
        </div>
        <InvoiceFacts invoice={invoice} />
      </div>
    </>
  );
}

function Ways({ invoice }: { invoice: Invoice }) {
  const { mutate, isPending } = useDownloadInvoice(invoice.id);
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <Button isBusy={isPending} onClick={() => mutate()}>
        <Download aria-hidden />
        Download PDF
      </Button>
      <Button onClick={() => window.print()}>
        <Printer aria-hidden />
        Print
      </Button>
    </div>
  );
}

/** What there is to pay, in one glance. */
function Owed({ invoice }: { invoice: Invoice }) {
  const [now] = useState(() => Date.now());
  const total = cents(invoice.total_cents ?? 0, invoice.currency);
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-4">
      <div>
        <p className="flex flex-wrap items-center gap-3">
          <span className="tnum text-xl font-semibold">{total}</span>
          <Status state={invoice.status} {...stateOf(invoice, now)} />
        </p>
        <p className="text-muted mt-1 text-sm">{standing(invoice)}</p>
      </div>
      {isPayable(invoice) && <PayButton invoice={invoice} label={`Pay ${total}`} />}
    </Card>
  );
}

function standing({ kind, status, due_on: due, paid_at: paid, total_cents: total }: Invoice): string {
  if (kind === "plan" && status !== "paid") return "It is paid by choosing the plan again, and forgotten otherwise.";
  switch (status) {
    case "draft":
      return "It grows while apps run, and can be paid once its month is over.";
    case "paid":
      return paid ? `Paid on ${day(paid)}.` : "Paid.";
    case "carried":
      return (total ?? 0) < 0
        ? "This is in your favour: later invoices are less by it."
        : "Too little to be charged by itself: a later invoice has it as a line.";
    case "failed":
      return "The last payment did not go through, and nothing was taken. Pay again.";
    default:
      return due ? `To be paid by ${day(due)}.` : "To be paid now.";
  }
}
