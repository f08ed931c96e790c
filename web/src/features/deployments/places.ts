/** The servers that a new app can go to, the roomiest first, and why it cannot go to the others. */

import { cores, size } from "@/lib/format";
import type { Node } from "../nodes/api/list-nodes";
import { used, type Tenant } from "../nodes/capacity";
import type { Template } from "../templates/api/list-templates";
import type { Deployment } from "./api/list-deployments";
import { tenantsOf } from "./tenants";

/** CPU limits are ceilings: a core is given away up to four times. */
const CPU_SHARES = 4;
/** Nothing starts where the disk of Docker's data is fuller than this, in percent. */
const FULL = 90;

export interface Room {
  name: "CPU" | "Memory" | "Disk";
  taken: number;
  /** What this app would take. */
  wanted: number;
  total: number;
  write: (amount: number) => string;
}

export interface Place {
  node: Node;
  /** What the server has told of itself. */
  rooms: Room[];
  /** Why the app cannot go there; null where it can. */
  problem: string | null;
}

/** What is not known is taken for nothing. */
type Needs = Partial<
  Pick<Template, "resources_cpu_cores" | "resources_memory_mb" | "resources_disk_mb" | "required_capabilities">
>;

/** The server decides again when the app starts. */
export function placesFor(needs: Needs, nodes: Node[], deployments: Deployment[]): Place[] {
  return nodes
    .map((node) => {
      const rooms = roomsOf(node, tenantsOf(node.id, deployments), needs);
      return { node, rooms, problem: problemOf(node, rooms, needs) };
    })
    .sort((a, b) => Number(a.problem !== null) - Number(b.problem !== null) || free(b) - free(a));
}

function roomsOf(node: Node, tenants: Tenant[], needs: Needs): Room[] {
  const all = [
    {
      name: "Memory" as const,
      taken: used(node.capacity_memory_used_mb, tenants, ({ memory }) => memory),
      wanted: needs.resources_memory_mb ?? 0,
      total: node.capacity_memory_mb,
      write: size,
    },
    {
      name: "CPU" as const,
      taken: used(node.capacity_cpu_used, tenants, ({ cores: count }) => count),
      wanted: needs.resources_cpu_cores ?? 0,
      total: node.capacity_cpu_cores === null ? null : node.capacity_cpu_cores * CPU_SHARES,
      write: cores,
    },
    {
      name: "Disk" as const,
      taken: used(node.capacity_disk_used_mb, tenants, ({ disk }) => disk),
      wanted: needs.resources_disk_mb ?? 0,
      total: node.capacity_disk_mb,
      write: size,
    },
  ];
  return all.flatMap(({ total, ...room }) => (total === null ? [] : [{ ...room, total }]));
}

function problemOf(node: Node, rooms: Room[], needs: Needs): string | null {
  if (node.status === "maintenance") return "In maintenance";
  if (node.status !== "online") return `Not online: it is ${node.status}`;
  const lacking = (needs.required_capabilities ?? []).filter(
    (one) => node.capabilities && !node.capabilities.includes(one),
  );
  if (lacking.length > 0) return `Lacks ${lacking.join(", ")}`;
  if ((node.disk_used_percent ?? 0) > FULL) return `Its disk is ${node.disk_used_percent ?? 0} % full`;
  const short = rooms.find(({ taken, wanted, total }) => taken + wanted > total);
  if (!short) return null;
  return `Too full: ${short.write(Math.max(0, short.total - short.taken))}${
    short.name === "CPU" ? "" : ` of ${short.name.toLowerCase()}`
  } free`;
}

/** Which part of its memory stays free with the app there. */
function free({ rooms }: Place): number {
  const memory = rooms.find(({ name }) => name === "Memory");
  return memory && memory.total > 0 ? (memory.total - memory.taken - memory.wanted) / memory.total : 0;
}
