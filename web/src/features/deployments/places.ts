/** The servers that a new app can go to, the roomiest first. */

import type { Node } from "../nodes/api/list-nodes";
import { freeMemory } from "../nodes/capacity";
import type { Deployment } from "./api/list-deployments";
import { tenantsOf } from "./tenants";

export interface Place {
  node: Node;
  /** Free memory in MB; null where it is not known. */
  free: number | null;
  fits: boolean;
}

/** `memory` is what the app needs, in MB. The server decides again when the app starts. */
export function placesFor(memory: number, nodes: Node[], deployments: Deployment[]): Place[] {
  return nodes
    .filter(({ status }) => status === "online")
    .map((node) => {
      const free = freeMemory(node, tenantsOf(node.id, deployments));
      return { node, free, fits: free === null || free >= memory };
    })
    .sort((a, b) => (b.free ?? 0) - (a.free ?? 0));
}
