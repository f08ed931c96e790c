/** The kinds of things that events are about: what they are called, and where they can be looked at. */

import { Box, FileText, Globe, KeyRound, LayoutGrid, Server, type LucideIcon } from "lucide-react";

export const KINDS = ["apps", "servers", "templates", "keys", "billing"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_LABELS: Record<Kind, string> = {
  apps: "Apps",
  servers: "Servers",
  templates: "Templates",
  keys: "Keys",
  billing: "Billing",
};

interface Thing {
  kind: Kind;
  noun: string;
  icon: LucideIcon;
}

const THINGS: Record<string, Thing> = {
  deployments: { kind: "apps", noun: "App", icon: Box },
  domains: { kind: "apps", noun: "Domain", icon: Globe },
  nodes: { kind: "servers", noun: "Server", icon: Server },
  cloud_provisions: { kind: "servers", noun: "Server order", icon: Server },
  templates: { kind: "templates", noun: "Template", icon: LayoutGrid },
  account_exports: { kind: "billing", noun: "Export", icon: FileText },
  template_proofs: { kind: "templates", noun: "Test", icon: LayoutGrid },
  ssh_keys: { kind: "keys", noun: "SSH key", icon: KeyRound },
  api_tokens: { kind: "keys", noun: "API token", icon: KeyRound },
  cloud_credentials: { kind: "keys", noun: "Cloud credential", icon: KeyRound },
  registry_credentials: { kind: "keys", noun: "Registry credential", icon: KeyRound },
  backup_targets: { kind: "keys", noun: "Backup bucket", icon: KeyRound },
  notice_channels: { kind: "billing", noun: "Notice channel", icon: FileText },
  invoices: { kind: "billing", noun: "Invoice", icon: FileText },
  closings: { kind: "billing", noun: "Account", icon: FileText },
  subscriptions: { kind: "billing", noun: "Plan", icon: FileText },
};

/** The API's types of the things of a kind. */
export function typesOf(kind: Kind): string[] {
  return Object.keys(THINGS).filter((type) => THINGS[type]?.kind === kind);
}

const OTHER = { kind: null, noun: "Record", icon: FileText };

export function thingOf(type: string | null): Thing | typeof OTHER {
  return THINGS[type ?? ""] ?? OTHER;
}
