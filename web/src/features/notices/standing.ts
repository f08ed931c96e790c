/** How a channel is called, and what keeps notices from it. */

import type { Channel } from "./api/channels";

export function nameOf({ own, address, url }: Pick<Channel, "own" | "address" | "url">): string {
  if (own) return "Your own address";
  return address ?? url ?? "";
}

/** Whether its reader has to agree before notices go there, and can be asked. */
export function isAskable({ status, undeliverable }: Channel): boolean {
  if (undeliverable) return undeliverable.reason === "bounced";
  return status === "unconfirmed" || status === "muted";
}

/** Whether switching it on or off means anything as it stands: to one's own address what is owed still comes. */
export function isSwitched({ status, own }: Channel): boolean {
  return status === "active" || status === "unconfirmed" || (status === "muted" && own);
}

/** What the button says that asks its reader. */
export function askingOf({ status, own }: Channel): string {
  if (status === "unconfirmed") return "Send the link again";
  return own ? "Send me a link" : "Ask its reader";
}
