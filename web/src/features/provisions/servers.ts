/** Servers as people see them: what Hoster made, what it is making, and what is there besides. */

import type { Sign } from "@/lib/sign";
import { providerName } from "../credentials/providers";
import type { Node } from "../nodes/api/list-nodes";
import { isBusy, type Provision } from "./api/list-provisions";

export interface Server {
  id: string;
  name: string;
  provision: Provision | null;
  node: Node | null;
}

/** A provision and the node that came of it are one server, and keep their place in the list. */
export function serversOf(provisions: Provision[], nodes: Node[]): Server[] {
  const made = provisions
    .filter(({ status }) => status !== "destroyed")
    .map((provision) => ({
      id: provision.id,
      name: provision.instance_name,
      provision,
      node: nodes.find((node) => node.provision_id === provision.id) ?? null,
    }));
  const known = new Set(made.map(({ id }) => id));
  const others = nodes
    .filter(({ provision_id }) => !provision_id || !known.has(provision_id))
    .map((node) => ({ id: node.id, name: node.name, provision: null, node }));
  return [...made, ...others];
}

const AWAY = new Set(["offline", "lost"]);

/** What the browser's tab tells of a server. */
export function signOf({ provision, node }: Server): Sign {
  if ((provision && isBusy(provision)) || node?.work) return "working";
  return provision?.status === "failed" || AWAY.has(node?.status ?? "") ? "failed" : null;
}

/** Where a server comes from: "DigitalOcean · fra1 · s-1vcpu-2gb". */
export function originOf({ provision, node }: Server): string {
  const provider = provision?.provider ?? node?.provider_type ?? "manual";
  const parts = [providerName(provider), provision?.region ?? node?.location, provision?.size];
  if (node?.public) parts.push("public");
  return parts.filter(Boolean).join(" · ");
}
