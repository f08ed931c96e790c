/** The page's icon in the browser's tab shows how things stand: at work, failed, or nothing new. */

import { useQuery } from "@tanstack/react-query";
import { useMatch } from "@tanstack/react-router";
import { useEffect } from "react";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { deploymentsQuery, signOf as signOfApp } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { serversOf, signOf as signOfServer } from "@/features/provisions/servers";
import { together, type Sign } from "@/lib/sign";

const ICONS = { failed: "/favicon-failed.svg", working: "/favicon-working.svg", calm: "/favicon.svg" };

/** Looks at what pages have read; asks for nothing itself. */
export function TabSign() {
  const icon = ICONS[useSign() ?? "calm"];
  useEffect(() => {
    document.querySelector('link[rel="icon"]')?.setAttribute("href", icon);
  }, [icon]);
  return null;
}

/** Of the app or the server whose page this is, of all of them on their lists, of both elsewhere. */
function useSign(): Sign {
  const ofApp = useMatch({ from: "/account/deployments/$id", shouldThrow: false });
  const ofServer = useMatch({ from: "/account/nodes/$id", shouldThrow: false });
  const ofApps = useMatch({ from: "/account/deployments", shouldThrow: false });
  const ofServers = useMatch({ from: "/account/nodes", shouldThrow: false });
  const { data: app } = useQuery({ ...deploymentQuery(ofApp?.params.id ?? ""), enabled: false });
  const { data: apps = [] } = useQuery({ ...deploymentsQuery, enabled: false });
  const { data: nodes = [] } = useQuery({ ...nodesQuery, enabled: false });
  const { data: provisions = [] } = useQuery({ ...provisionsQuery, enabled: false });
  const servers = serversOf(provisions, nodes);
  if (ofApp && app) return signOfApp(app);
  if (ofServer) return together(servers.filter(({ node }) => node?.id === ofServer.params.id).map(signOfServer));
  const signs = [...(ofServers ? [] : apps.map(signOfApp)), ...(ofApps ? [] : servers.map(signOfServer))];
  return together(signs);
}
