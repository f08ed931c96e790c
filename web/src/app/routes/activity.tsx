/** The audit trail: who did what to one's apps, servers, templates, keys and invoices, and when. */

import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useId } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { paths } from "@/config/paths";
import { trailQuery } from "@/features/activity/api/list-trail";
import { KindFilter } from "@/features/activity/components/kind-filter";
import { Trail } from "@/features/activity/components/trail";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { shelfQuery } from "@/features/templates/api/list-templates";
import { count, exact } from "@/lib/format";

const route = getRouteApi("/account/activity");

export function ActivityPage() {
  const { kind, until } = route.useSearch();
  const navigate = route.useNavigate();
  const untilId = useId();
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(trailQuery({ kind, until }));
  const names = useNames();
  const all = data.pages.flatMap(({ items }) => items);
  const oldest = all.at(-1)?.at;
  return (
    <>
      <PageHead title="Activity" text="Who did what, and when. Events are kept for 90 days; times are those of your clock." />
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <KindFilter chosen={kind} />
        <div className="text-muted flex items-center gap-2 text-sm">
          <label htmlFor={untilId} className="whitespace-nowrap">Up to</label>
          <Input
            id={untilId}
            type="date"
            className="min-w-40"
            value={until ?? ""}
            onChange={({ target }) =>
              void navigate({
                search: (before) => ({ ...before, until: target.value || undefined }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </div>
      </div>
      {all.length === 0 ? (
        <EmptyState sentence={nothing(kind !== undefined, until !== undefined)}>
          {!until && !kind && (
            <LinkButton to={paths.catalogue} look="primary">
              Choose an app
            </LinkButton>
          )}
        </EmptyState>
      ) : (
        <>
          <Trail events={all} names={names} />
          <div className="text-muted flex flex-col items-center gap-3 text-sm">
            <p role="status">
              {count(all.length, "event")}
              {oldest && ` back to ${exact(oldest)}`}.
            </p>
            {hasNextPage && (
              <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show older events
              </Button>
            )}
          </div>
        </>
      )}
    </>
  );
}

function nothing(isOfKind: boolean, isUntil: boolean): string {
  if (isUntil) return isOfKind ? "Nothing of this kind had happened by then." : "Nothing had happened by then.";
  if (isOfKind) return "Nothing of this kind has happened in the last 90 days.";
  return "Nothing has happened yet. What you and Hoster do with your apps is written down here.";
}

/** What one's things are called, by their ids: as they are read, and none of what is gone. */
function useNames(): ReadonlyMap<string, string> {
  const { data: apps = [] } = useQuery(deploymentsQuery);
  const { data: servers = [] } = useQuery(nodesQuery);
  const { data: orders = [] } = useQuery(provisionsQuery);
  const { data: templates = [] } = useQuery(shelfQuery("mine"));
  const { data: credentials = [] } = useQuery(credentialsQuery);
  const { data: keys = [] } = useQuery(sshKeysQuery);
  return new Map([
    ...[...apps, ...servers, ...templates, ...credentials, ...keys].map(({ id, name }) => [id, name] as const),
    ...orders.map(({ id, instance_name: name }) => [id, name] as const),
  ]);
}
