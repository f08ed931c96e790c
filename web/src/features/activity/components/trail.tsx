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
      <div className="min-w-0 flex-1 space-y-0.5 sm:flex sm:items-baseline sm:gap-x-4">
        <p className="min-w-0 flex-1 text-sm break-words">{told(message, names)}</p>
        <p className="text-muted flex min-w-0 gap-x-4 text-xs">
          <span className="min-w-0 truncate sm:w-56">
            {noun} <Thing type={type} id={id} name={name} />
          </span>
          <span className="shrink-0 sm:w-12">{actor === "hoster" ? "Hoster" : "You"}</span>
          {at && (
            <time dateTime={at} title={exact(at)} className="tnum ml-auto shrink-0">
              {CLOCK.format(new Date(at))}
            </time>
          )}
        </p>
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
