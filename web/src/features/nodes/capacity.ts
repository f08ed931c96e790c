/** What of a node is taken, and what is free. */

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
