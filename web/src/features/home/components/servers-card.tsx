/** How much room there is on each server. */

import { Link } from "@tanstack/react-router";
import { Status } from "@/components/feedback/status";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import type { Deployment } from "../../deployments/api/list-deployments";
import { tenantsOf } from "../../deployments/tenants";
import type { Node } from "../../nodes/api/list-nodes";
import { NodeCapacity } from "../../nodes/components/node-capacity";

const MOST = 3;

export function ServersCard({ nodes, deployments }: { nodes: Node[]; deployments: Deployment[] }) {
  const shown = nodes.slice(0, MOST);
  return (
    <Card title="Servers" aside={<LinkButton to={paths.nodes} look="ghost" size="sm" className="-mr-2">All servers</LinkButton>}>
      {shown.length === 0 ? (
        <p className="text-muted px-4 py-3 text-sm">
          You have no server of your own.{" "}
          <Link to={paths.nodes} search={{ create: true }} className="text-accent underline">
            Get one
          </Link>
        </p>
      ) : (
        <ul className="divide-line divide-y">
          {shown.map((node) => (
            <li key={node.id} className="px-4 py-3">
              <div className="mb-2 flex items-center justify-between gap-3">
                <Link to={paths.node} params={{ id: node.id }} className="truncate text-sm font-semibold hover:underline">
                  {node.name}
                </Link>
                <Status state={node.status} />
              </div>
              <NodeCapacity node={node} tenants={tenantsOf(node.id, deployments)} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
