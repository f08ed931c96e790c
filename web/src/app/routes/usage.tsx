/** What this account used: when apps were made, started, stopped, and their traffic. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { usageQuery } from "@/features/billing/api/list-usage";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { UsageTable } from "@/features/billing/components/usage-table";
import { useAppNames } from "@/features/deployments/hooks/use-app-names";

export function Usage() {
  return (
    <>
      <PageHead title="Usage" text="What is counted of your account, newest first. Bills are made of it." />
      <MoneyNav />
      <Events />
    </>
  );
}

function Events() {
  const apps = useAppNames();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(usageQuery);
  if (isPending) return <Skeleton label="Loading what was used" />;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const events = data.pages.flatMap(({ items }) => items);
  if (events.length === 0) {
    return (
      <EmptyState sentence="Nothing was used yet. Starting and stopping an app, and its traffic, are counted here.">
        <LinkButton to={paths.catalogue}>Deploy an app</LinkButton>
      </EmptyState>
    );
  }
  return (
    <>
      <Card>
        <UsageTable events={events} apps={apps} />
      </Card>
      {hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show earlier ones
          </Button>
        </div>
      )}
    </>
  );
}
