/** Events under their days, each with its exact time, its thing and who did it. */

import { Link } from "@tanstack/react-router";
import { Walk } from "@/components/ui/walk";
import { paths } from "@/config/paths";
import { exact } from "@/lib/format";
import type { TrailEvent } from "../api/list-trail";
import { byDay } from "../days";
import { thingOf } from "../kinds";
import { told } from "../told";

interface TrailProps {
  events: TrailEvent[];
  /** What one's things are called, by their ids; what is gone is not among them. */
  names: ReadonlyMap<string, string>;
}

export function Trail({ events, names }: TrailProps) {
  return (
    <Walk>
      {byDay(events).map(({ name, events: ofDay }) => (
        <section key={name} aria-label={name} className="mb-6">
          <h2 className="text-muted mb-2 text-xs font-medium">{name}</h2>
          <ul className="border-line bg-surface divide-line divide-y rounded-md border">
            {ofDay.map((event) => (
              <TrailRow key={event.id} event={event} names={names} />
            ))}
          </ul>
        </section>
      ))}
    </Walk>
  );
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

function TrailRow({ event, names }: { event: TrailEvent; names: ReadonlyMap<string, string> }) {
  const { resource_type: type, resource_id: id, actor, at, message } = event;
  const { noun, icon: Icon } = thingOf(type);
  const name = names.get(id ?? "");
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <Icon aria-hidden className="text-muted mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <p className="min-w-0 flex-1 basis-60 text-sm break-words">{told(message, names)}</p>
        <p className="text-muted min-w-0 flex-1 truncate text-xs sm:w-56 sm:flex-none">
          {noun} <Thing type={type} id={id} name={name} />
        </p>
        <p className="text-muted text-xs sm:w-14">{actor === "hoster" ? "Hoster" : "You"}</p>
        {at && (
          <time dateTime={at} title={exact(at)} className="tnum text-muted text-xs">
            {CLOCK.format(new Date(at))}
          </time>
        )}
      </div>
    </li>
  );
}

/** The thing by its name and as a link where it has a page that still shows it. */
function Thing({ type, id, name }: { type: string | null; id: string | null; name: string | undefined }) {
  if (id === null) return null;
  const shown = name ?? <span className="font-mono">{id}</span>;
  const look = "hover:text-text underline";
  if (type === "deployments" && name) {
    return (
      <Link to={paths.deployment} params={{ id }} className={look}>
        {shown}
      </Link>
    );
  }
  if (type === "nodes" && name) {
    return (
      <Link to={paths.node} params={{ id }} className={look}>
        {shown}
      </Link>
    );
  }
  if (type === "templates" && name) {
    return (
      <Link to={paths.template} params={{ id }} className={look}>
        {shown}
      </Link>
    );
  }
  return shown;
}
