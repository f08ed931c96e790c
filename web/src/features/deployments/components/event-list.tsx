/** What happened, newest first. */

import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/ui/time";
import { words } from "@/lib/format";
import { nodesQuery } from "../../nodes/api/list-nodes";

interface EventItem {
  id: string;
  type: string;
  message: string;
  actor: string;
  timestamp: string;
}

export function EventList({ events }: { events: EventItem[] }) {
  const { data: nodes = [] } = useQuery(nodesQuery);
  if (events.length === 0) return <p className="text-muted px-4 py-3 text-sm">Nothing has happened yet.</p>;
  return (
    <ul className="divide-line divide-y">
      {events.map((event) => (
        <li key={event.id} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
          <span className="min-w-0 flex-1 basis-60 text-sm break-words">{named(saying(event), nodes)}</span>
          <span className="text-muted text-xs">
            {event.actor && (event.actor === "hoster" ? "Hoster, " : "You, ")}
            <Time at={event.timestamp} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The message, or else the type in words; the lines that it quotes are told elsewhere. */
function saying({ type, message }: EventItem): string {
  const [told = ""] = message.split(/ Its last lines?: /, 1);
  return told || words(type);
}

/** People know their servers by name. */
function named(text: string, nodes: readonly { id: string; name: string }[]): string {
  return nodes.reduce((said, { id, name }) => said.replaceAll(id, name), text);
}
