/** What this account owes: this month so far, every invoice, and how a payment ended. */

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { invoicePagesQuery } from "@/features/billing/api/list-invoices";
import { InvoiceTable } from "@/features/billing/components/invoice-table";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { MonthSoFar } from "@/features/billing/components/month-so-far";
import { PaymentOutcome } from "@/features/billing/components/payment-outcome";
import { isListed } from "@/features/billing/invoices";
import { useAppNames } from "@/features/deployments/hooks/use-app-names";

const route = getRouteApi("/account/billing");

export function Billing() {
  const { payment, session_id: session, invoice } = route.useSearch();
  const navigate = route.useNavigate();
  const apps = useAppNames();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(invoicePagesQuery);
  const closed = data.pages.flatMap(({ items }) => items).filter(isListed);
  return (
    <>
      <PageHead title="Billing" text="What your apps cost, to the second that they ran, and what is to be paid." />
      <MoneyNav />
      {payment && (
        <PaymentOutcome
          payment={payment}
          session={session}
          invoice={invoice}
          onDismiss={() => void navigate({ search: {}, replace: true })}
        />
      )}
      <div className="space-y-6">
        <MonthSoFar apps={apps} />
        <Card title="Invoices">
          {closed.length === 0 && !hasNextPage ? (
            <p className="text-muted px-4 py-3 text-sm">
              No invoices yet. There is one for each month in which something cost money, made when the month is
              over.
            </p>
          ) : (
            <InvoiceTable invoices={closed} />
          )}
        </Card>
        {hasNextPage && (
          <div className="flex justify-center">
            <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show earlier invoices
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
