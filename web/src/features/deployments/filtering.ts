/** Which apps a list shows, and in which order. */

import { isBusy, type Deployment } from "./api/list-deployments";

export const GROUPS = ["running", "working", "stopped", "attention"] as const;
export type Group = (typeof GROUPS)[number];

export const SORTS = ["newest", "oldest", "name", "price"] as const;
export type Sort = (typeof SORTS)[number];

export interface Filter {
  q?: string | undefined;
  status?: Group | undefined;
  /** The id of a server. */
  server?: string | undefined;
  sort?: Sort | undefined;
}

/** An app is in one group, and in that of those that need attention besides. */
export function isIn(group: Group, deployment: Deployment): boolean {
  if (group === "attention") return needsAttention(deployment);
  if (group === "working") return isBusy(deployment);
  if (isBusy(deployment)) return false;
  if (group === "running") return deployment.status === "running";
  return deployment.status === "stopped" || deployment.status === "pending";
}

const UNWELL = new Set(["degraded", "unhealthy", "unreachable"]);

/** It failed, or runs and is not well. */
export function needsAttention({ status, health }: Deployment): boolean {
  return status === "failed" || (status === "running" && UNWELL.has(health));
}

export function filtered(deployments: Deployment[], { q, status, server, sort }: Filter): Deployment[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return deployments
    .filter((one) => status === undefined || isIn(status, one))
    .filter((one) => server === undefined || one.node_id === server)
    .filter((one) => words.every((word) => textOf(one).includes(word)))
    .sort(ORDERS[sort ?? "newest"]);
}

function textOf({ name, id, domains, custom_domains: custom }: Deployment): string {
  const hosts = [...domains, ...(custom ?? [])].map(({ hostname }) => hostname);
  return [name, id, ...hosts].join(" ").toLowerCase();
}

const ORDERS: Record<Sort, (a: Deployment, b: Deployment) => number> = {
  newest: (a, b) => b.created_at.localeCompare(a.created_at),
  oldest: (a, b) => a.created_at.localeCompare(b.created_at),
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  price: (a, b) => (b.price_monthly_cents ?? 0) - (a.price_monthly_cents ?? 0),
};
