/** Everything that happened to an app, newest first. */

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { historyQuery } from "@/features/deployments/api/list-history";
import { EventList } from "@/features/deployments/components/event-list";

const route = getRouteApi("/account/deployments/$id/events");

export function DeploymentEvents() {
  const { id } = route.useParams();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(historyQuery(id));
  const events = data.pages.flatMap(({ items }) =>
    items.map((one) => ({
      id: one.id,
      type: one.name ?? "",
      message: one.message ?? "",
      actor: one.actor ?? "",
      timestamp: one.at ?? "",
    })),
  );
  return (
    <Card title="Events">
      <EventList events={events} />
      {hasNextPage && (
        <div className="border-line border-t p-3 text-center">
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Read older events
          </Button>
        </div>
      )}
    </Card>
  );
}
