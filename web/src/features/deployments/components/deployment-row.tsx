/** An app in the list: state, address, server, price. */

import { Link } from "@tanstack/react-router";
import { Status } from "@/components/feedback/status";
import { AppIcon } from "@/components/ui/app-icon";
import { Time } from "@/components/ui/time";
import { stepName } from "@/config/kinds";
import { paths } from "@/config/paths";
import { price } from "@/lib/format";
import type { Deployment } from "../api/list-deployments";

interface DeploymentRowProps {
  deployment: Deployment;
  nodeName: string | undefined;
}

export function DeploymentRow({ deployment, nodeName }: DeploymentRowProps) {
  const host = deployment.domains[0]?.hostname;
  return (
    <div className="hover:bg-hover relative flex items-center gap-3 px-4 py-3 transition-colors duration-150">
      <AppIcon name={deployment.name} />
      <div className="min-w-0 flex-1">
        <Link
          to={paths.deployment}
          params={{ id: deployment.id }}
          className="block truncate text-sm font-semibold after:absolute after:inset-0"
        >
          {deployment.name}
        </Link>
        <p className="text-muted truncate text-xs">{host ?? "No address yet"}</p>
      </div>
      <div className="text-muted hidden w-44 min-w-0 text-xs sm:block">
        <p className="truncate">{nodeName ?? "No server yet"}</p>
        <p>
          Made <Time at={deployment.created_at} />
        </p>
      </div>
      <span className="tnum text-muted hidden w-28 text-right text-xs md:block">
        {price(deployment.price_monthly_cents)}
      </span>
      <span className="flex w-28 justify-end">
        <Status state={deployment.status} />
      </span>
      <span className="sr-only" role="status">
        {deployment.work?.step ? `${deployment.name}: ${stepName(deployment.work.step)}` : ""}
      </span>
    </div>
  );
}
