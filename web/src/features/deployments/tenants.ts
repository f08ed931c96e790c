/** Which apps take room on a node, and how much. */

import type { Tenant } from "../nodes/capacity";
import type { Deployment } from "./api/list-deployments";

/** An app takes room from its first placement, which gives it its port, until it is gone. */
export function tenantsOf(nodeId: string, deployments: Deployment[]): Tenant[] {
  return deployments
    .filter((one) => one.node_id === nodeId && one.proxy_port !== null)
    .map((one) => ({
      name: one.name,
      cores: one.resources_cpu_cores ?? 0,
      memory: one.resources_memory_mb ?? 0,
      disk: one.resources_disk_mb ?? 0,
    }));
}

/** The names of the apps that ended because their server was lost. */
export function lostWith(nodeId: string | null, ended: Deployment[]): string[] {
  return ended
    .filter((one) => nodeId !== null && one.node_id === nodeId && one.ended_reason === "node_lost")
    .map(({ name }) => name);
}
