/** What this account earned as a creator: months, templates, the fee, the balance, what was paid out. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { useDownloadStatement } from "@/features/earnings/api/download-statement";
import { earningsQuery } from "@/features/earnings/api/get-earnings";
import { Balance } from "@/features/earnings/components/balance";
import { Months } from "@/features/earnings/components/months";
import { Payouts } from "@/features/earnings/components/payouts";

export function EarningsPage() {
  const { data } = useSuspenseQuery(earningsQuery);
  const { mutate, isPending } = useDownloadStatement();
  const hasEarned = data.months.length > 0 || data.payouts.length > 0;
  return (
    <>
      <PageHead
        title="Earnings"
        text="What your templates earn when others run them, month by month, once the month is closed."
      >
        {hasEarned && (
          <Button isBusy={isPending} onClick={() => mutate()}>
            <Download aria-hidden />
            Download statement
          </Button>
        )}
      </PageHead>
      <MoneyNav />
      {hasEarned ? (
        <div className="space-y-6">
          <Balance earnings={data} />
          <Card title="By month">
            <Months earnings={data} />
          </Card>
          <Payouts earnings={data} />
        </div>
      ) : (
        <EmptyState sentence="You have earned nothing yet. Publish a template with a price: what others pay to run it is yours, less the platform’s fee.">
          <LinkButton to={paths.newTemplate}>Create a template</LinkButton>
        </EmptyState>
      )}
    </>
  );
}
