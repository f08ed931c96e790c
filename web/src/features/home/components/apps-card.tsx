/** How many apps there are in each state, and the latest of them. */

import { Link } from "@tanstack/react-router";
import { AppStatus } from "@/components/feedback/app-status";
import { AppIcon } from "@/components/ui/app-icon";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Walk } from "@/components/ui/walk";
import { paths } from "@/config/paths";
import { words } from "@/lib/format";
import type { Deployment } from "../../deployments/api/list-deployments";
import { byState } from "../states";

const MOST = 5;

export function AppsCard({ deployments }: { deployments: Deployment[] }) {
  return (
    <Card title="Apps" aside={<LinkButton to={paths.deployments} look="ghost" size="sm" className="-mr-2">All apps</LinkButton>}>
      <dl className="border-line flex flex-wrap gap-x-8 gap-y-2 border-b px-4 py-3">
        {byState(deployments).map(({ state, count }) => (
          <div key={state} className="flex flex-col">
            <dt className="text-muted order-last text-xs">{words(state)}</dt>
            <dd className="tnum text-lg font-semibold">{count}</dd>
          </div>
        ))}
      </dl>
      <Walk>
      <ul className="divide-line divide-y">
        {deployments.slice(0, MOST).map(({ id, name, status, domains }) => (
          <li key={id} className="hover:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-150">
            <AppIcon name={name} />
            <div className="min-w-0 flex-1">
              <Link
                to={paths.deployment}
                params={{ id }}
                className="block truncate text-sm font-semibold after:absolute after:inset-0"
              >
                {name}
              </Link>
              <p className="text-muted truncate text-xs">{domains[0]?.hostname ?? "No address yet"}</p>
            </div>
            <AppStatus status={status} />
          </li>
        ))}
      </ul>
      </Walk>
    </Card>
  );
}
