/** How an app is: its timeline while it works, then what runs and what happened. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { isBusy } from "@/features/deployments/api/list-deployments";
import { eventsQuery } from "@/features/deployments/api/list-events";
import { FailureRemedies } from "@/features/deployments/components/deployment-actions";
import { DeploymentFacts } from "@/features/deployments/components/deployment-facts";
import { EventList } from "@/features/deployments/components/event-list";
import { Services } from "@/features/deployments/components/services";
import { Standing } from "@/features/deployments/components/standing";
import { isInLog } from "@/features/deployments/remedies";
import { LastLines } from "@/features/logs/components/last-lines";
import { LastHour } from "@/features/metrics/components/last-hour";
import { LiveTimeline } from "@/features/timelines/components/live-timeline";

const RECENT = 5;
const route = getRouteApi("/account/deployments/$id/");

export function DeploymentOverview() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const isWorking = isBusy(deployment);
  const hasFailed = deployment.status === "failed" && !isWorking;
  const { data: told, error, refetch } = useQuery(eventsQuery(id, isWorking));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_344px]">
      <div className="grid min-w-0 gap-6">
        <Standing deployment={deployment} />
        {deployment.withdrawn_reason && (
          <Notice tone="warn">
            Its template was taken out of the catalogue by the owner of this platform: {deployment.withdrawn_reason} The
            app goes on as it is.
          </Notice>
        )}
        <LiveTimeline
          resource="deployments"
          id={id}
          isWorking={isWorking}
          cause={deployment.error_message}
          evidence={hasFailed && isInLog(deployment.error_code) && <LastLines id={id} />}
          remedies={hasFailed && <FailureRemedies deployment={deployment} />}
        />
        <Services deployment={deployment} />
        <LastHour id={id} />
        <Card
          title="Recent events"
          aside={
            <LinkButton to="/deployments/$id/events" params={{ id }} look="ghost" size="sm" className="-mr-2">
              All events
            </LinkButton>
          }
        >
          {told ? (
            <EventList events={told.events.slice(0, RECENT)} />
          ) : error ? (
            <div className="p-4">
              <ErrorPanel error={error} onRetry={() => void refetch()} />
            </div>
          ) : (
            <div className="p-4">
              <Skeleton rows={2} label="Reading what happened" />
            </div>
          )}
        </Card>
      </div>
      <DeploymentFacts deployment={deployment} />
    </div>
  );
}
