/** What was used, in words, and which of it is looked at. */

import type { UsageEvent } from "./api/list-usage";

/** Each kind: what the API calls it, what one event of it is called, and what all of them are. */
const KINDS = {
  created: { type: "deployment.created", one: "App made", all: "Apps made" },
  started: { type: "deployment.started", one: "App started", all: "Starts" },
  stopped: { type: "deployment.stopped", one: "App stopped", all: "Stops" },
  deleted: { type: "deployment.deleted", one: "App deleted", all: "Apps deleted" },
  traffic: { type: "bandwidth.gb", one: "Traffic", all: "Traffic" },
} as const;

export type UsageKind = keyof typeof KINDS;

export const USAGE_KINDS = Object.keys(KINDS) as UsageKind[];

export interface UsageChoice {
  /** The id of an app. */
  app?: string | undefined;
  kind?: UsageKind | undefined;
  /** As YYYY-MM, in UTC, as months of invoices are. */
  month?: string | undefined;
}

export function typeOf(kind: UsageKind): string {
  return KINDS[kind].type;
}

export function kindName(kind: UsageKind): string {
  return KINDS[kind].all;
}

export function usageOf({ event_type: type, quantity }: UsageEvent): string {
  if (type === KINDS.traffic.type) {
    return `${(quantity ?? 0).toLocaleString("en", { maximumFractionDigits: 3 })} GB of traffic`;
  }
  const kind = USAGE_KINDS.find((one) => KINDS[one].type === type);
  return kind ? KINDS[kind].one : (type ?? "Used");
}
