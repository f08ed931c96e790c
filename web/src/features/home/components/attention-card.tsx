/** What needs its owner first, each with the way to where it can be put right. */

import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { Card } from "@/components/ui/card";
import { Walk } from "@/components/ui/walk";
import { paths } from "@/config/paths";
import type { Concern } from "../attention";

export function AttentionCard({ concerns }: { concerns: Concern[] }) {
  return (
    <Card title="Needs you">
      {concerns.length === 0 ? (
        <p className="text-muted flex items-center gap-2 px-4 py-3 text-sm">
          <CircleCheck aria-hidden className="text-run size-4" />
          Nothing needs you. Everything is well.
        </p>
      ) : (
        <Walk>
        <ul className="divide-line divide-y">
          {concerns.map((concern) => (
            <Row key={concern.key} concern={concern} />
          ))}
        </ul>
        </Walk>
      )}
    </Card>
  );
}

function Row({ concern: { hue, name, matter, place } }: { concern: Concern }) {
  const Icon = hue === "fail" ? CircleX : TriangleAlert;
  return (
    <li className="hover:bg-hover relative flex gap-3 px-4 py-3 transition-colors duration-150">
      <Icon aria-hidden className={hue === "fail" ? "text-fail mt-0.5 size-4 shrink-0" : "text-warn mt-0.5 size-4 shrink-0"} />
      <div className="min-w-0">
        <Place place={place} name={name} />
        <p className="text-muted line-clamp-2 text-sm break-words">{matter}</p>
      </div>
    </li>
  );
}

function Place({ place, name }: Pick<Concern, "place" | "name">) {
  const look = "text-sm font-semibold after:absolute after:inset-0";
  if (place.page === "servers") {
    return (
      <Link to={paths.nodes} className={look}>
        {name}
      </Link>
    );
  }
  if (place.page === "notices") {
    return (
      <Link to={paths.settingsNotices} className={look}>
        {name}
      </Link>
    );
  }
  if (place.page === "server") {
    return (
      <Link to={paths.node} params={{ id: place.id }} className={look}>
        {name}
      </Link>
    );
  }
  if (place.page === "invoice") {
    return (
      <Link to={paths.invoice} params={{ id: place.id }} className={look}>
        {name}
      </Link>
    );
  }
  if (place.page === "domains") {
    return (
      <Link to={`${paths.deployment}/domains`} params={{ id: place.id }} className={look}>
        {name}
      </Link>
    );
  }
  return (
    <Link to={paths.deployment} params={{ id: place.id }} className={look}>
      {name}
    </Link>
  );
}
