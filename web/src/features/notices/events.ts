/** What people can be told of, in the words of the settings. */

import type { ChannelAttributes } from "@/lib/api/types";

export type NoticeEvent = ChannelAttributes["events"][number];

export const EVENTS: readonly { event: NoticeEvent; label: string }[] = [
  { event: "app_down", label: "An app is down, and up again" },
  { event: "deploy_failed", label: "A start or change failed" },
  { event: "payment", label: "A payment is due or failed" },
  { event: "node_offline", label: "A server is offline, and back" },
  { event: "domain_failing", label: "A domain does not work, and works again" },
  { event: "certificate_failed", label: "A certificate was not renewed" },
  { event: "backup_failed", label: "A backup by schedule, or a drill, failed" },
];

/** Says in few words what a channel hears of. */
export function heard(events: readonly NoticeEvent[]): string {
  if (events.length === EVENTS.length) return "Everything";
  return `${events.length} of ${EVENTS.length} events`;
}
