/** An app: its header, what can be done with it, and its tabs. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { toast } from "@/components/feedback/toasts";
import { Tabs } from "@/components/layout/tabs";
import { paths } from "@/config/paths";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { DeploymentActions } from "@/features/deployments/components/deployment-actions";
import { DeploymentHead } from "@/features/deployments/components/deployment-head";
import { isMissing } from "@/lib/api/errors";

const route = getRouteApi("/account/deployments/$id");

const TABS = [
  { to: "/deployments/$id", label: "Overview" },
  { to: "/deployments/$id/logs", label: "Logs" },
  { to: "/deployments/$id/metrics", label: "Metrics" },
  { to: "/deployments/$id/domains", label: "Domains" },
  { to: "/deployments/$id/variables", label: "Variables" },
  { to: "/deployments/$id/versions", label: "Versions" },
  { to: "/deployments/$id/backups", label: "Backups" },
  { to: "/deployments/$id/events", label: "Events" },
  { to: "/deployments/$id/settings", label: "Settings" },
] as const;

export function DeploymentPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const { data: deployment, error } = useSuspenseQuery(deploymentQuery(id));
  const isGone = isMissing(error);
  useEffect(() => {
    if (!isGone) return;
    toast("done", `${deployment.name} is deleted.`);
    void navigate({ to: paths.deployments, replace: true });
  }, [isGone, deployment.name, navigate]);
  return (
    <>
      <DeploymentHead deployment={deployment}>
        <DeploymentActions deployment={deployment} />
      </DeploymentHead>
      <Tabs label={deployment.name} tabs={TABS} id={id} />
      <Outlet />
    </>
  );
}
