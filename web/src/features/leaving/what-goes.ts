/** What of an account is removed when it is closed, in words. */

import { count } from "@/lib/format";

const NOUNS: Record<string, string> = {
  deployments: "app",
  cloud_provisions: "server",
  nodes: "server record",
  backups: "backup",
  templates: "template",
  cloud_credentials: "cloud credential",
  registry_credentials: "registry credential",
  backup_targets: "backup bucket credential",
  ssh_keys: "SSH key",
  api_tokens: "API token",
  notice_channels: "notice channel",
};

export function whatGoes(has: Record<string, number>): string {
  const named = Object.entries(NOUNS).flatMap(([type, noun]) => (has[type] ? [count(has[type], noun)] : []));
  return named.length > 0 ? new Intl.ListFormat("en").format(named) : "the account itself, which holds nothing";
}
