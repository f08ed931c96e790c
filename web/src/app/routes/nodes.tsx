/** The servers of this account: made, being made, and how full. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { endedDeploymentsQuery } from "@/features/deployments/api/list-ended-deployments";
import { lostWith, tenantsOf } from "@/features/deployments/tenants";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { endedProvisionsQuery } from "@/features/provisions/api/list-ended-provisions";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { EndedServers } from "@/features/provisions/components/ended-servers";
import { ServerCard } from "@/features/provisions/components/server-card";
import { endedLately } from "@/features/provisions/endings";
import { useFarewells } from "@/features/provisions/hooks/use-farewells";
import { serversOf, signOf } from "@/features/provisions/servers";
import { counted } from "@/lib/sign";

const BringServerDialog = lazy(() => import("@/features/nodes/components/bring-server-dialog").then((loaded) => ({ default: loaded.BringServerDialog })));
const CreateServerDialog = lazy(() => import("@/features/provisions/components/create-server-dialog").then((loaded) => ({ default: loaded.CreateServerDialog })));

const route = getRouteApi("/account/nodes");

export function Nodes() {
  const { create, bring } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: provisions } = useSuspenseQuery(provisionsQuery);
  const { data: nodes } = useSuspenseQuery(nodesQuery);
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  const servers = serversOf(provisions, nodes);
  useFarewells(provisions);
  const show = (dialog?: "create" | "bring") =>
    void navigate({ search: dialog ? { [dialog]: true } : {}, replace: true });
  const ways = (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => show("bring")}>Add a server of yours</Button>
      <Button look="primary" onClick={() => show("create")}>
        Create a server
      </Button>
    </div>
  );
  return (
    <>
      <PageHead
        title="Servers"
        sign={counted(servers.map(signOf))}
        text="Your apps run here, on servers that Hoster makes for you or that you have."
      >
        {servers.length > 0 && ways}
      </PageHead>
      {servers.length === 0 ? (
        <EmptyState sentence="You have no servers yet. One is made and ready in about a minute.">{ways}</EmptyState>
      ) : (
        <ul className="grid items-start gap-4 lg:grid-cols-2">
          {servers.map((server) => (
            <li key={server.id} className="grid min-w-0">
              <ServerCard
                server={server}
                tenants={server.node ? tenantsOf(server.node.id, deployments) : []}
              />
            </li>
          ))}
        </ul>
      )}
      <Ended />
      <Suspense fallback={null}>{bring === true && <BringServerDialog isOpen onClose={() => show()} />}</Suspense>
      <Suspense fallback={null}>{create === true && <CreateServerDialog isOpen onClose={() => show()} />}</Suspense>
    </>
  );
}

/** What ended without having been destroyed here, and the apps that ended with it. */
function Ended() {
  const { data: provisions = [] } = useQuery(endedProvisionsQuery);
  const ended = endedLately(provisions);
  const { data: apps = [] } = useQuery({ ...endedDeploymentsQuery, enabled: ended.length > 0 });
  if (ended.length === 0) return null;
  return <EndedServers provisions={ended} appsOf={({ node_id: node }) => lostWith(node, apps)} />;
}
