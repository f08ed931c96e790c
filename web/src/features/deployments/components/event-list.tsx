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
        <li key={event.id} className="flex min-h-11 flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2">
          <span className="text-sm">{words(event.type)}</span>
          <span className="text-muted min-w-0 flex-1 basis-32 text-xs break-words">{named(saying(event), nodes)}</span>
          <span className="text-muted text-xs">
            {event.actor && (event.actor === "hoster" ? "Hoster, " : "you, ")}
            <Time at={event.timestamp} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The message, where it says more than the type does; the lines that it quotes are told elsewhere. */
function saying({ type, message }: EventItem): string {
  const [told = ""] = message.split(/ Its last lines?: /, 1);
  return words(told) === words(type) ? "" : told;
}

/** People know their servers by name. */
function named(text: string, nodes: readonly { id: string; name: string }[]): string {
  return nodes.reduce((said, { id, name }) => said.replaceAll(id, name), text);
}
