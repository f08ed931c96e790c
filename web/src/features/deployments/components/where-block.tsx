/** Where a new app goes: the roomiest server, a certain one, or the way to get one. */

import { LinkButton } from "@/components/ui/button";
import { Choice, Choices } from "@/components/ui/radio";
import { SwitchField } from "@/components/ui/switch";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import type { Place, Room } from "../places";

/** The choice that leaves it to Hoster. */
export const AUTOMATIC = "automatic";

interface WhereBlockProps {
  /** Those that the app may go to, own ones first. */
  places: Place[];
  /** How many servers others let everybody use. */
  shared: number;
  isSharedAllowed: boolean;
  onAllowShared: (isAllowed: boolean) => void;
  chosen: string;
  onChoose: (nodeId: string) => void;
  error: string | undefined;
}

export function WhereBlock(props: WhereBlockProps) {
  const { places, shared, isSharedAllowed, onAllowShared, chosen, onChoose, error } = props;
  const best = places.find(({ problem }) => problem === null);
  return (
    <div className="grid gap-3">
      {!best && <NoPlace hasServers={places.length > 0} />}
      {places.length > 0 && (
        <Choices label="Server" value={chosen} onChange={onChoose} error={error}>
          <Choice
            value={AUTOMATIC}
            name="Automatic"
            hint={best ? `The roomiest that can take it: now ${best.node.name}.` : "No server can take it now."}
            disabled={!best}
          />
          {places.map((place) => (
            <PlaceChoice key={place.node.id} place={place} />
          ))}
        </Choices>
      )}
      {shared > 0 && (
        <SwitchField
          label="Allow public servers of others"
          hint="Whoever owns a server can read everything that runs on it."
          isOn={isSharedAllowed}
          onChange={onAllowShared}
        />
      )}
    </div>
  );
}

function NoPlace({ hasServers }: { hasServers: boolean }) {
  return (
    <div className="border-line flex flex-wrap items-center justify-between gap-3 rounded-md border border-dashed px-4 py-3">
      <p className="text-muted min-w-0 flex-1 basis-52 text-sm">
        {hasServers
          ? "None of your servers can take this app now."
          : "Apps run on servers of your own, and none of yours is online."}
      </p>
      <LinkButton to={paths.nodes} search={{ create: true }}>
        Get a server
      </LinkButton>
    </div>
  );
}

function PlaceChoice({ place: { node, rooms, problem } }: { place: Place }) {
  const isOthers = !node.ssh_host;
  return (
    <Choice
      value={node.id}
      name={node.name}
      disabled={problem !== null}
      hint={problem ?? [isOthers && "Public, somebody else's", node.location].filter(Boolean).join(", ")}
      aside={
        problem === null && (
          <span className="grid w-full grid-cols-3 gap-4 sm:w-72">
            {rooms.map((room) => (
              <Fill key={room.name} room={room} />
            ))}
          </span>
        )
      }
    />
  );
}

/** What is taken, what this app adds, and what stays free in words. */
function Fill({ room: { name, taken, wanted, total, write } }: { room: Room }) {
  const percent = (amount: number) => `${total > 0 ? Math.min(100, (amount / total) * 100) : 0}%`;
  const left = Math.max(0, total - taken - wanted);
  return (
    <span className="min-w-0" title={`${name}: ${write(taken)} taken, ${write(wanted)} for this app`}>
      <span className="bg-hover border-line flex h-2 gap-px overflow-hidden rounded-full border" aria-hidden>
        <span className="bg-line-strong h-full" style={{ width: percent(taken) }} />
        <span className="bg-accent h-full" style={{ width: percent(wanted) }} />
      </span>
      <span className={cn("tnum mt-1 block truncate text-xs", left / total < 0.1 ? "text-warn" : "text-muted")}>
        <span className="sr-only">{`${name}: ${write(left)} stay free`}</span>
        <span aria-hidden className="block">
          {name}
        </span>
        <span aria-hidden className="block whitespace-nowrap">
          {write(left)} free
        </span>
      </span>
    </span>
  );
}
