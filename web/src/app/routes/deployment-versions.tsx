/** The versions that an app can be brought to, and the changes that it went through. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { changesQuery } from "@/features/deployments/api/list-changes";
import { EventList } from "@/features/deployments/components/event-list";
import { VersionList } from "@/features/deployments/components/version-list";
import { WorkNotice } from "@/features/deployments/components/work-notice";
import { versionsQuery } from "@/features/templates/api/list-versions";

const route = getRouteApi("/account/deployments/$id/versions");

export function DeploymentVersions() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: versions } = useSuspenseQuery(versionsQuery(deployment.template_id));
  const { data: changes } = useQuery(changesQuery(id));
  return (
    <>
      <WorkNotice deployment={deployment} />
      <div className="grid items-start gap-6">
        <VersionList deployment={deployment} versions={versions} />
        {changes && changes.events.length > 0 && (
          <Card title="Changes">
            <EventList events={changes.events} />
          </Card>
        )}
      </div>
    </>
  );
}
