/** How an app is: its timeline while it works, then what runs and what happened. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { isBusy, type Deployment } from "@/features/deployments/api/list-deployments";
import { eventsQuery } from "@/features/deployments/api/list-events";
import { FailureRemedies } from "@/features/deployments/components/deployment-actions";
import { DeploymentFacts } from "@/features/deployments/components/deployment-facts";
import { EventList } from "@/features/deployments/components/event-list";
import { Services } from "@/features/deployments/components/services";
import { LiveTimeline } from "@/features/timelines/components/live-timeline";

const RECENT = 5;
const route = getRouteApi("/account/deployments/$id/");

export function DeploymentOverview() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: told } = useQuery(eventsQuery(id));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div className="grid min-w-0 gap-6">
        <LiveTimeline
          resource="deployments"
          id={id}
          isWorking={isBusy(deployment)}
          cause={deployment.error_message}
          remedies={deployment.status === "failed" && <FailureRemedies deployment={deployment} />}
        />
        <Standing deployment={deployment} />
        <Services deployment={deployment} />
        <Card title="Recent events">
          <EventList events={told?.events.slice(0, RECENT) ?? []} />
        </Card>
      </div>
      <DeploymentFacts deployment={deployment} />
    </div>
  );
}

/** What is to be said about an app that neither works nor runs. */
function Standing({ deployment }: { deployment: Deployment }) {
  if (isBusy(deployment)) return null;
  if (deployment.status === "pending") {
    return <Notice tone="info">This app has not been started. Start it when you like.</Notice>;
  }
  if (deployment.status === "stopped") {
    return <Notice tone="info">This app is stopped. Its data and its address are kept.</Notice>;
  }
  return null;
}
