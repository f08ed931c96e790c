/** What the containers of an app write, as they write it. */

import { useSuspenseQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EmptyState } from "@/components/feedback/empty-state";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { LogPanel } from "@/features/logs/components/log-panel";
import { templateQuery } from "@/features/templates/api/get-template";

const route = getRouteApi("/account/deployments/$id/logs");

export function DeploymentLogs() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: template } = useQuery(templateQuery(deployment.template_id));
  if (deployment.proxy_port === null && deployment.containers.length === 0 && deployment.status === "pending") {
    return <EmptyState sentence="This app has never run. What it writes is shown here once it is started." />;
  }
  const names = deployment.containers.map((one) => one.service_name);
  const services = names.length > 0 ? names : (template?.services?.map((one) => one.name) ?? []);
  return (
    <LogPanel
      key={search.service ?? ""}
      id={id}
      services={services}
      isRunning={deployment.status !== "stopped" && deployment.status !== "failed"}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
