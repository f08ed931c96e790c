/** What was used, in words. */

import type { UsageEvent } from "./api/list-usage";

const EVENTS: Record<string, string> = {
  "deployment.created": "App made",
  "deployment.started": "App started",
  "deployment.stopped": "App stopped",
  "deployment.deleted": "App deleted",
};

export function usageOf({ event_type: type, quantity }: UsageEvent): string {
  if (type === "bandwidth.gb") {
    return `${(quantity ?? 0).toLocaleString("en", { maximumFractionDigits: 3 })} GB of traffic`;
  }
  return EVENTS[type ?? ""] ?? type ?? "Used";
}
