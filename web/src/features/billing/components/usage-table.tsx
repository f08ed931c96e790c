/** What was used, event by event, and whether the meter has counted it. */

import { Link } from "@tanstack/react-router";
import { Status, type Hue } from "@/components/feedback/status";
import { Table, Td, Th } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import type { UsageEvent } from "../api/list-usage";
import { usageOf } from "../usage";
import type { Apps } from "./line-words";

export function UsageTable({ events, apps }: { events: UsageEvent[]; apps: Apps }) {
  return (
    <Table label="Usage">
      <thead>
        <tr>
          <Th>When</Th>
          <Th>What</Th>
          <Th>Of</Th>
          <Th side="right">Counted</Th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {events.map((event) => (
          <Row key={event.id} event={event} apps={apps} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ event, apps }: { event: UsageEvent; apps: Apps }) {
  return (
    <tr>
      <Td className="text-muted sm:whitespace-nowrap">
        {event.at && <Time at={event.at} />}
      </Td>
      <Td className="tnum min-w-20 sm:whitespace-nowrap">{usageOf(event)}</Td>
      <Td className="break-words">
        {event.resource_id && <Subject id={event.resource_id} name={apps.get(event.resource_id)} />}
        {event.detail && <span className="text-muted block text-xs">{event.detail}</span>}
      </Td>
      <Td side="right">
        <Counted status={event.status ?? "undelivered"} />
      </Td>
    </tr>
  );
}

/** The app by its name while it exists, by its id after that. */
function Subject({ id, name }: { id: string; name: string | undefined }) {
  if (name === undefined) return <span className="text-muted font-mono text-xs break-all">{id}</span>;
  return (
    <Link to={paths.deployment} params={{ id }} className="underline-offset-2 hover:underline">
      {name}
    </Link>
  );
}

const STANDING: Record<string, { hue: Hue; word: string }> = {
  delivered: { hue: "run", word: "Counted" },
  undelivered: { hue: "work", word: "On its way" },
  rejected: { hue: "fail", word: "Not counted" },
};

function Counted({ status }: { status: string }) {
  return <Status state={status} {...STANDING[status]} />;
}
