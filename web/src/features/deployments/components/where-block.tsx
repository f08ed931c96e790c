/** Where a new app goes: one of the servers that are online, or the way to get one. */

import { LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import { size } from "@/lib/format";
import type { Place } from "../places";

interface WhereBlockProps {
  places: Place[];
  chosen: string | undefined;
  onChoose: (nodeId: string) => void;
  error: string | undefined;
}

export function WhereBlock({ places, chosen, onChoose, error }: WhereBlockProps) {
  if (places.length === 0) {
    return (
      <div className="border-line flex flex-wrap items-center justify-between gap-3 rounded-md border border-dashed px-4 py-3">
        <p className="text-muted min-w-0 flex-1 basis-52 text-sm">
          Apps run on servers of your own, and none of yours is online.
        </p>
        <LinkButton to={paths.nodes} search={{ create: true }}>
          Get a server
        </LinkButton>
      </div>
    );
  }
  return (
    <fieldset aria-describedby={error ? "where-error" : undefined}>
      <legend className="sr-only">Server</legend>
      <div className="grid gap-2">
        {places.map((place) => (
          <PlaceChoice
            key={place.node.id}
            place={place}
            isChosen={place.node.id === chosen}
            onChoose={() => onChoose(place.node.id)}
          />
        ))}
      </div>
      {error && (
        <p id="where-error" role="alert" className="text-fail mt-1 text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface PlaceChoiceProps {
  place: Place;
  isChosen: boolean;
  onChoose: () => void;
}

function PlaceChoice({ place: { node, free, fits }, isChosen, onChoose }: PlaceChoiceProps) {
  return (
    <label
      className={cn(
        "flex min-h-11 items-center gap-3 rounded-md border px-3 py-2 transition-colors duration-150",
        isChosen ? "border-accent bg-accent-soft" : "border-line",
        fits ? "hover:border-line-strong cursor-pointer" : "cursor-not-allowed",
      )}
    >
      <input
        type="radio"
        name="node"
        className="accent-accent size-4 shrink-0"
        checked={isChosen}
        disabled={!fits}
        onChange={onChoose}
      />
      <span className="min-w-0 flex-1 truncate text-sm font-medium">{node.name}</span>
      <span className={cn("tnum shrink-0 text-xs", fits ? "text-muted" : "text-warn")}>
        {room(free, fits)}
      </span>
    </label>
  );
}

function room(free: number | null, fits: boolean): string {
  if (free === null) return "";
  return fits ? `${size(free)} of memory free` : `Too full: ${size(free)} of memory free`;
}
