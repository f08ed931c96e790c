/** Everything that happened to an app, newest first. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { eventsQuery } from "@/features/deployments/api/list-events";
import { EventList } from "@/features/deployments/components/event-list";

const route = getRouteApi("/account/deployments/$id/events");

export function DeploymentEvents() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(eventsQuery(id));
  return (
    <Card title="Events">
      <EventList events={data.events} />
    </Card>
  );
}
