/** The limits of a plan in words, and how their amounts are written. */

import { cores, size } from "@/lib/format";

const NAMES: Record<string, string> = {
  deployments: "Apps",
  cpu_cores: "CPU",
  memory_mb: "Memory",
  disk_mb: "Disk",
  nodes: "Servers",
  domains: "Domains of your own",
};

export function limitName(limit: string): string {
  return NAMES[limit] ?? limit;
}

export function limitAmount(limit: string, amount: number): string {
  if (limit === "cpu_cores") return cores(amount);
  if (limit.endsWith("_mb")) return size(amount);
  return amount.toLocaleString("en");
}
