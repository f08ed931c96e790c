/** What this account used: when apps were made, started, stopped, and their traffic. */

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { usageQuery } from "@/features/billing/api/list-usage";
import type { Apps } from "@/features/billing/components/line-words";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { UsageFilters } from "@/features/billing/components/usage-filters";
import { UsageTable } from "@/features/billing/components/usage-table";
import { endedDeploymentsQuery } from "@/features/deployments/api/list-ended-deployments";
import type { UsageChoice } from "@/features/billing/usage";
import { useAppNames } from "@/features/deployments/hooks/use-app-names";

const route = getRouteApi("/account/usage");

export function Usage() {
  const choice = route.useSearch();
  const navigate = route.useNavigate();
  const apps = useAppNames();
  const { data: ended = [] } = useQuery(endedDeploymentsQuery);
  const known = new Map([...apps, ...ended.map(({ id, name }) => [id, `${name} (deleted)`] as const)]);
  return (
    <>
      <PageHead title="Usage" text="What is counted of your account, newest first. Bills are made of it." />
      <MoneyNav />
      <UsageFilters
        apps={known}
        choice={choice}
        onChoose={(search) => void navigate({ search, replace: true, resetScroll: false })}
      />
      <Events apps={apps} choice={choice} />
    </>
  );
}

function Events({ apps, choice }: { apps: Apps; choice: UsageChoice }) {
  const { data, error, isPending, isPlaceholderData, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({ ...usageQuery(choice), placeholderData: keepPreviousData });
  if (isPending) return <Skeleton label="Loading what was used" />;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const events = data.pages.flatMap(({ items }) => items);
  if (events.length === 0 && !hasNextPage) return <Nothing isOfAll={!choice.app && !choice.kind && !choice.month} />;
  return (
    <div aria-busy={isPlaceholderData}>
      {events.length > 0 && (
        <Card>
          <UsageTable events={events} apps={apps} />
        </Card>
      )}
      {hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show earlier ones
          </Button>
        </div>
      )}
    </div>
  );
}

function Nothing({ isOfAll }: { isOfAll: boolean }) {
  if (!isOfAll) return <EmptyState sentence="Nothing of this was used." />;
  return (
    <EmptyState sentence="Nothing was used yet. Starting and stopping an app, and its traffic, are counted here.">
      <LinkButton to={paths.catalogue}>Deploy an app</LinkButton>
    </EmptyState>
  );
}
