/** What of a node is taken, and what is free. */

import type { Node } from "./api/list-nodes";

/** What one app takes of a node: cores, and megabytes of memory and disk. */
export interface Tenant {
  name: string;
  cores: number;
  memory: number;
  disk: number;
}

/** What is in use: as the node says, or else the sum of the apps that are known to be on it. */
export function used(told: number | null, tenants: Tenant[], of: (tenant: Tenant) => number): number {
  const known = tenants.reduce((sum, tenant) => sum + of(tenant), 0);
  return Math.max(told ?? 0, known);
}

/** Free memory in MB; null where the node has not told its capacity. */
export function freeMemory(node: Node, tenants: Tenant[]): number | null {
  if (node.capacity_memory_mb === null) return null;
  const taken = used(node.capacity_memory_used_mb, tenants, ({ memory }) => memory);
  return Math.max(0, node.capacity_memory_mb - taken);
}
