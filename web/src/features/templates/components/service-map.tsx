/** What runs, drawn: each service with its links, and the same as a list for whoever reads. */

import { Database, Globe } from "lucide-react";
import { useId } from "react";
import type { DrawnService, When } from "../compose";
import { BOX, drawingOf, type Box, type Line } from "../drawing";

const WAITS: Record<When, string> = {
  started: "Starts after",
  healthy: "Waits until healthy:",
  completed: "Waits for the end of",
};

/** How much a drawing shrinks to fit before it scrolls. */
const SMALLEST = 0.7;

/** One service alone needs no drawing. */
export function ServiceMap({ services }: { services: DrawnService[] }) {
  const isLinked = services.some(({ needs }) => needs.length > 0);
  return (
    <>
      {isLinked && <Map services={services} />}
      <ul className="divide-line divide-y">
        {services.map((service) => (
          <ServiceItem key={service.name} service={service} />
        ))}
      </ul>
    </>
  );
}

function Map({ services }: { services: DrawnService[] }) {
  const arrow = useId();
  const { width, height, boxes, lines } = drawingOf(services);
  return (
    // It scrolls by itself where it is wide: whoever has no pointer must reach it.
    <div
      role="img"
      aria-label="The services and what waits for what, as the list below tells"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="border-line bg-sunken overflow-x-auto border-b p-6"
    >
      <svg
        aria-hidden
        viewBox={`0 0 ${width} ${height}`}
        className="mx-auto block w-full"
        style={{ maxWidth: width, minWidth: SMALLEST * width }}
      >
        <defs>
          <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M 0 0 L 8 4 L 0 8 z" className="fill-line-strong" />
          </marker>
        </defs>
        {lines.map((line) => (
          <Link key={line.key} line={line} arrow={arrow} />
        ))}
        {boxes.map((box) => (
          <Service key={box.service.name} box={box} />
        ))}
      </svg>
    </div>
  );
}

/** A dashed line: only the order of start. */
function Link({ line, arrow }: { line: Line; arrow: string }) {
  return (
    <path
      d={line.path}
      fill="none"
      strokeWidth={1.5}
      markerEnd={`url(#${arrow})`}
      className="stroke-line-strong"
      {...(line.when === "started" && { strokeDasharray: "4 4" })}
    />
  );
}

const TEXT_LEFT = 14;
const MOST_LETTERS = 24;

function Service({ box: { x, y, service } }: { box: Box }) {
  const marks = [service.isRouted, service.keeps.length > 0].filter(Boolean).length;
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect width={BOX.width} height={BOX.height} rx={8} className="fill-surface stroke-line-strong" />
      <text x={TEXT_LEFT} y={27} className="fill-text text-sm font-semibold">
        {shortened(service.name, MOST_LETTERS - 3 * marks)}
      </text>
      <text x={TEXT_LEFT} y={47} className="fill-muted font-mono text-[12px]">
        {shortened(service.image.split("/").at(-1) ?? "", MOST_LETTERS)}
      </text>
      {service.isRouted && <Globe x={BOX.width - 28} y={12} width={16} height={16} className="text-accent" />}
      {service.keeps.length > 0 && (
        <Database
          x={BOX.width - (service.isRouted ? 50 : 28)}
          y={12}
          width={16}
          height={16}
          className="text-muted"
        />
      )}
    </g>
  );
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function ServiceItem({ service }: { service: DrawnService }) {
  const { name, image, isRouted, keeps, ports, needs } = service;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="text-sm font-medium">{name}</span>
        <code className="text-muted min-w-0 font-mono text-xs break-all">{image}</code>
      </div>
      <ul className="text-muted mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {isRouted && (
          <li className="text-accent flex items-center gap-1">
            <Globe aria-hidden className="size-4" />
            Your address leads here
          </li>
        )}
        {ports.length > 0 && <li>Port {ports.join(", ")}</li>}
        {keeps.length > 0 && (
          <li className="flex items-center gap-1">
            <Database aria-hidden className="size-4" />
            Keeps data in {keeps.join(", ")}
          </li>
        )}
        {needs.map(({ to, when }) => (
          <li key={to}>
            {WAITS[when]} {to}
          </li>
        ))}
      </ul>
    </li>
  );
}
