/** What the containers of an app write. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";

const route = getRouteApi("/account/deployments/$id/logs");

export function DeploymentLogs() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  return (
    <Card title="Logs">
      <p className="text-muted px-4 py-3 text-sm">{deployment.template_version}</p>
    </Card>
  );
}
