/** A server: how it is, how full it is and by which apps, what is known of it, what goes on. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { NotFound } from "@/components/feedback/error-panel";
import { Status } from "@/components/feedback/status";
import { PageHead } from "@/components/layout/page-head";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { tenantsOf } from "@/features/deployments/tenants";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { NodeAbout } from "@/features/nodes/components/node-about";
import { NodeCapacity } from "@/features/nodes/components/node-capacity";
import { NodeFacts } from "@/features/nodes/components/node-facts";
import { NodeNotices } from "@/features/nodes/components/node-notices";
import { ResidentTable } from "@/features/nodes/components/resident-table";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { ServerButtons } from "@/features/provisions/components/server-buttons";
import { ServerWork } from "@/features/provisions/components/server-work";
import { originOf, serversOf, signOf } from "@/features/provisions/servers";
import { said } from "@/lib/sign";

const route = getRouteApi("/account/nodes/$id");

export function NodePage() {
  const { id } = route.useParams();
  const { data: nodes } = useSuspenseQuery(nodesQuery);
  const { data: provisions } = useSuspenseQuery(provisionsQuery);
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  const server = serversOf(provisions, nodes).find(({ node }) => node?.id === id);
  const node = server?.node;
  // It may be gone while this page is open.
  if (!server || !node) return <NotFound />;
  return (
    <>
      <PageHead
        title={server.name}
        text={originOf(server)}
        sign={said(signOf(server))}
        state={
          <span role="status" className="flex">
            <Status state={node.status} />
          </span>
        }
      />
      <div className="mb-6 space-y-4">
        <ServerButtons server={server} />
        <NodeNotices node={node} isMade={server.provision !== null} />
        <ServerWork server={server} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_360px]">
        <div className="min-w-0 space-y-6">
          {node.status !== "lost" && (
            <Card title="Room">
              <div className="p-4">
                <NodeCapacity node={node} tenants={tenantsOf(node.id, deployments)} />
              </div>
            </Card>
          )}
          <Card title="Apps on it">
            <ResidentTable nodeId={node.id} />
          </Card>
        </div>
        <Card
          title="About it"
          aside={node.ssh_host && <CopyButton text={node.ssh_host} label={`Copy the address of ${node.name}`} />}
        >
          <div className="px-4 py-1 [&>dl:first-child]:border-t-0">
            <NodeFacts node={node} />
            <NodeAbout node={node} />
          </div>
        </Card>
      </div>
    </>
  );
}
