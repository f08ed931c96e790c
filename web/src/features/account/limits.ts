/** What is left of a plan's limits, and which of them something would pass. */

import { cores, size } from "@/lib/format";
import type { Account } from "./api/get-account";

/** What something takes of the limits, by their names in the API. */
export type Wanted = Partial<Record<string, number>>;

/** One sentence for each limit that would be passed; empty when everything is allowed. */
export function passedLimits({ plan, limits }: Pick<Account, "plan" | "limits">, wanted: Wanted): string[] {
  return limits.flatMap(({ limit, used, bound }) => {
    const more = wanted[limit] ?? 0;
    if (more <= 0 || bound === null || used + more <= bound) return [];
    return [`Your plan “${plan}” allows ${amount(limit, bound)}. ${taken(limit, used, more)}`];
  });
}

function taken(limit: string, used: number, more: number): string {
  if (limit === "deployments") return used === 0 ? "" : `You have ${amount(limit, used)}.`;
  const adds = limit === "domains" ? "" : ` and this takes ${amount(limit, more)}`;
  return used === 0 && adds ? `This takes ${amount(limit, more)}.` : `You use ${amount(limit, used)}${adds}.`;
}

function amount(limit: string, value: number): string {
  if (limit === "deployments") return value === 1 ? "1 app" : `${value} apps`;
  if (limit === "domains") return value === 1 ? "1 domain of your own" : `${value} domains of your own`;
  if (limit === "nodes") return value === 1 ? "1 server" : `${value} servers`;
  if (limit === "cpu_cores") return cores(value);
  return `${size(value)} of ${limit === "disk_mb" ? "disk" : "memory"}`;
}
