/** How an app looks once work on it has begun: shown at once, until the server has answered. */

import type { QueryClient } from "@tanstack/react-query";
import { deploymentQuery } from "./api/get-deployment";
import { deploymentsQuery, type Deployment } from "./api/list-deployments";

export type Action = "start" | "stop" | "restart" | "cancel";

const BEGUN = {
  start: { kind: "deploy", status: "scheduled" },
  stop: { kind: "stop", status: "stopping" },
  restart: { kind: "restart", status: "running" },
} as const;

/** Cancelling changes nothing at once: what it ends in is not known. */
export function begun(deployment: Deployment, action: Action): Deployment {
  if (action === "cancel") return deployment;
  const { kind, status } = BEGUN[action];
  const started_at = new Date().toISOString();
  return { ...deployment, status, work: { kind, generation: 0, execution: "", step: null, started_at } };
}

/** Writes what is known of an app wherever it is shown. */
export function know(queries: QueryClient, deployment: Deployment): void {
  const { id } = deployment;
  queries.setQueryData(deploymentQuery(id).queryKey, deployment);
  queries.setQueryData(deploymentsQuery.queryKey, (all) => all?.map((one) => (one.id === id ? deployment : one)));
}

