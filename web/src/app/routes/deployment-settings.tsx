/** What can be set of an app, and how it is deleted. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";

const route = getRouteApi("/account/deployments/$id/settings");

export function DeploymentSettings() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  return (
    <Card title="Settings">
      <p className="text-muted px-4 py-3 text-sm">{deployment.template_version}</p>
    </Card>
  );
}
