/** Which app this is, how it is, where it runs, of what it was made, and what it costs. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AppStatus } from "@/components/feedback/app-status";
import { Status } from "@/components/feedback/status";
import { AppIcon } from "@/components/ui/app-icon";
import { paths } from "@/config/paths";
import { dollars, price } from "@/lib/format";
import { said, titled } from "@/lib/sign";
import { monthQuery } from "../../billing/api/get-month";
import { costOf } from "../../billing/month";
import { nodesQuery } from "../../nodes/api/list-nodes";
import { templateQuery } from "../../templates/api/get-template";
import { offeredVersion, signOf, type Deployment } from "../api/list-deployments";

/** How an app can be while it runs that its state does not tell. */
const ILL = new Set(["degraded", "unhealthy", "unreachable"]);

interface DeploymentHeadProps {
  deployment: Deployment;
  /** What can be done with it. */
  children: ReactNode;
}

export function DeploymentHead({ deployment, children }: DeploymentHeadProps) {
  return (
    <section aria-label={deployment.name} className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-3">
      <title>{titled(deployment.name, said(signOf(deployment)))}</title>
      <AppIcon name={deployment.name} isLarge />
      <div className="min-w-0 flex-1 basis-64">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="truncate text-lg">{deployment.name}</h1>
          <span role="status" className="flex">
            <AppStatus status={deployment.status} />
          </span>
          {deployment.status === "running" && ILL.has(deployment.health) && <Status state={deployment.health} />}
        </div>
        <p className="text-muted mt-1 flex min-h-5 flex-wrap items-center gap-x-3 gap-y-1 text-xs">
          <Origin deployment={deployment} />
          <NodeName id={deployment.node_id} />
          <span className="tnum">{price(deployment.price_monthly_cents)}</span>
          {deployment.price_monthly_cents ? <MonthSoFar id={deployment.id} /> : null}
        </p>
      </div>
      {children}
    </section>
  );
}

/** What it cost since the month began; its room is there before the number is. */
function MonthSoFar({ id }: { id: string }) {
  const { data: month } = useQuery(monthQuery);
  return (
    <span className="tnum min-h-5 min-w-44">
      {month !== undefined && `${dollars(costOf(month, id) / 100)} this month so far`}
    </span>
  );
}

function Origin({ deployment }: { deployment: Deployment }) {
  const { data: template } = useQuery(templateQuery(deployment.template_id));
  const offered = offeredVersion(deployment);
  return (
    <>
      <Link to={paths.template} params={{ id: deployment.template_id }} className="hover:text-text underline">
        {template?.name ?? "Template"}@{deployment.template_version}
      </Link>
      {offered !== null && (
        <Link to="/deployments/$id/versions" params={{ id: deployment.id }} className="text-text font-medium underline">
          {offered} is out
        </Link>
      )}
    </>
  );
}

function NodeName({ id }: { id: string | null }) {
  const { data: nodes } = useQuery(nodesQuery);
  const node = nodes?.find((one) => one.id === id);
  if (!node) return <span>No server yet</span>;
  return (
    <Link to={paths.node} params={{ id: node.id }} className="hover:text-text underline">
      {node.name}
    </Link>
  );
}
