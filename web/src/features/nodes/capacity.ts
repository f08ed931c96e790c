/** What of a node is free. */

import type { Node } from "./api/list-nodes";

/** Free memory in MB; null where the node has not told its capacity. */
export function freeMemory(node: Node): number | null {
  if (node.capacity_memory_mb === null) return null;
  return Math.max(0, node.capacity_memory_mb - (node.capacity_memory_used_mb ?? 0));
}

/** Free CPU cores; null where the node has not told its capacity. */
export function freeCores(node: Node): number | null {
  if (node.capacity_cpu_cores === null) return null;
  return Math.max(0, node.capacity_cpu_cores - (node.capacity_cpu_used ?? 0));
}
