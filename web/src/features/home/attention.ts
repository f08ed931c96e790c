/** Finds what needs its owner first: what failed, what is not well, what stands still. */

import type { Domain } from "@/lib/api/types";
import { money } from "@/lib/format";
import { isOverdue, isPayable, titleOf } from "../billing/invoices";
import type { Invoice } from "../billing/api/list-invoices";
import type { Deployment } from "../deployments/api/list-deployments";
import type { Channel } from "../notices/api/channels";
import { nameOf } from "../notices/standing";
import type { Node } from "../nodes/api/list-nodes";
import type { Provision } from "../provisions/api/list-provisions";

export interface Concern {
  /** Unique among all concerns. */
  key: string;
  hue: "fail" | "warn";
  /** What it is about, by its name. */
  name: string;
  /** What is the matter, in one sentence. */
  matter: string;
  place: { page: "app" | "domains" | "server"; id: string } | { page: "servers" } | { page: "notices" } | { page: "invoice"; id: string };
}

interface Known {
  deployments: Deployment[];
  nodes: Node[];
  provisions: Provision[];
  invoices: Invoice[];
  /** The host names of apps that have own ones, by the apps' ids. */
  domains: ReadonlyMap<string, readonly Domain[]>;
  channels: Channel[];
}

/** Failures before warnings; otherwise apps, their names, servers, invoices, notices, as they are listed. */
export function concernsOf({ deployments, nodes, provisions, invoices, domains, channels }: Known, now: number): Concern[] {
  const all = [
    ...deployments.flatMap(ofApp),
    ...deployments.flatMap(({ id }) => (domains.get(id) ?? []).flatMap((domain) => ofDomain(id, domain))),
    ...nodes.flatMap(ofNode),
    ...provisions.flatMap(ofProvision),
    ...invoices.flatMap((invoice) => ofInvoice(invoice, now)),
    ...channels.flatMap(ofChannel),
  ];
  return [...all.filter(({ hue }) => hue === "fail"), ...all.filter(({ hue }) => hue === "warn")];
}

function ofApp(app: Deployment): Concern[] {
  const state = ofState(app);
  return state === null ? [] : [{ key: app.id, name: app.name, place: { page: "app", id: app.id }, ...state }];
}

const ILL: Partial<Record<Deployment["health"], string>> = {
  degraded: "Runs, but not all of it is well.",
  unhealthy: "Runs, but does not answer as it should.",
  unreachable: "Its server cannot be seen.",
};

function ofState({ status, work, health, error_message: error }: Deployment): Pick<Concern, "hue" | "matter"> | null {
  if (work !== null) return null;
  if (status === "failed") return { hue: "fail", matter: error ?? "It failed." };
  const ill = status === "running" ? ILL[health] : undefined;
  return ill ? { hue: "warn", matter: error ?? ill } : null;
}

/** A name that waits for its first proof is work in hand, and no concern. */
function ofDomain(app: string, domain: Domain): Concern[] {
  const { hostname, status, certificate_error: certificate, last_check_error: cause } = domain;
  const about = { key: `${app} ${hostname}`, name: hostname, place: { page: "domains", id: app } } as const;
  const why = cause ? ` ${cause}` : "";
  if (status === "failing") {
    return [{ ...about, hue: "warn", matter: `It does not point here any more, and soon leads nowhere.${why}` }];
  }
  if (status === "unrouted") return [{ ...about, hue: "fail", matter: `It leads to the app no longer.${why}` }];
  if (status === "failed") return [{ ...about, hue: "fail", matter: `It could not be verified.${why}` }];
  return certificate ? [{ ...about, hue: "warn", matter: `It has no certificate: ${certificate}` }] : [];
}

function ofNode(node: Node): Concern[] {
  const about = { name: node.name, place: { page: "server", id: node.id } } as const;
  const warnings = (node.warnings ?? []).map(
    ({ code, message }): Concern => ({ ...about, key: `${node.id} ${code}`, hue: "warn", matter: message }),
  );
  if (node.work !== null) return warnings;
  if (node.status === "lost") return [{ ...about, key: node.id, hue: "fail", matter: "It is declared lost." }];
  if (node.status !== "offline") return warnings;
  const matter = node.error_message ?? "Hoster cannot reach it.";
  return [{ ...about, key: node.id, hue: "fail", matter }, ...warnings];
}

function ofProvision({ id, instance_name: name, status, work, error_message: error }: Provision): Concern[] {
  if (status !== "failed" || work !== null) return [];
  return [{ key: id, hue: "fail", name, matter: error ?? "It could not be set up.", place: { page: "servers" } }];
}

function ofInvoice(invoice: Invoice, now: number): Concern[] {
  if (!isPayable(invoice)) return [];
  const about = { key: invoice.id, name: titleOf(invoice), place: { page: "invoice", id: invoice.id } } as const;
  const sum = money((invoice.total_cents ?? 0) / 100, invoice.currency ?? "USD");
  if (isOverdue(invoice, now)) return [{ ...about, hue: "fail", matter: `${sum} is overdue.` }];
  const matter = invoice.status === "failed" ? `The payment of ${sum} failed.` : `${sum} is to be paid.`;
  return [{ ...about, hue: "warn", matter }];
}

/** That a reader had notices stopped is their wish, and no concern. */
function ofChannel(channel: Channel): Concern[] {
  const { id, undeliverable, returned } = channel;
  const about = { key: id, name: nameOf(channel), place: { page: "notices" } } as const;
  if (undeliverable) return [{ ...about, hue: "fail", matter: `No mail goes there any more. ${undeliverable.detail}` }];
  return returned ? [{ ...about, hue: "warn", matter: `${returned.count} letters came back. ${returned.detail}` }] : [];
}
