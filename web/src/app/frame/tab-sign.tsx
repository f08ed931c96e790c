/** The page's icon in the browser's tab shows how things stand: at work, failed, or nothing new. */

import { useQuery } from "@tanstack/react-query";
import { useMatch } from "@tanstack/react-router";
import { useEffect } from "react";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { deploymentsQuery, isBusy, type Deployment } from "@/features/deployments/api/list-deployments";

/** Looks at what pages have read; asks for nothing itself. */
export function TabSign() {
  const one = useMatch({ from: "/account/deployments/$id", shouldThrow: false });
  const { data: app } = useQuery({ ...deploymentQuery(one?.params.id ?? ""), enabled: false });
  const { data: apps = [] } = useQuery({ ...deploymentsQuery, enabled: false });
  const icon = iconFor(one && app ? [app] : apps);
  useEffect(() => {
    document.querySelector('link[rel="icon"]')?.setAttribute("href", icon);
  }, [icon]);
  return null;
}

function iconFor(apps: Deployment[]): string {
  if (apps.some(({ status, work }) => status === "failed" && work === null)) return "/favicon-failed.svg";
  return apps.some(isBusy) ? "/favicon-working.svg" : "/favicon.svg";
}
