/**
 * Reads a compose text for drawing: its services, and what leads from one to another. It is
 * generous: what cannot be read is left out, since the API judges the text.
 */

import { parse } from "yaml";

export type When = "started" | "healthy" | "completed";

export interface DrawnLink {
  to: string;
  when: When;
}

export interface DrawnService {
  name: string;
  image: string;
  needs: DrawnLink[];
  /** Named volumes that keep its data. */
  keeps: string[];
  /** Ports of the container that it publishes. */
  ports: number[];
  /** Whether the app's address leads to it. */
  isRouted: boolean;
}

type Loose = Record<string, unknown>;

/** Null when the text is no compose text at all. */
export function readCompose(text: string): DrawnService[] | null {
  let root: unknown;
  try {
    root = parse(text, { merge: true, maxAliasCount: 100, logLevel: "silent" });
  } catch {
    return null;
  }
  if (!isLoose(root) || !isLoose(root.services)) return null;
  const volumes = new Set(isLoose(root.volumes) ? Object.keys(root.volumes) : []);
  const entries = Object.entries(root.services).filter((entry): entry is [string, Loose] => isLoose(entry[1]));
  const names = new Set(entries.map(([name]) => name));
  const services = entries.map(([name, service]) => ({
    name,
    image: typeof service.image === "string" ? service.image : "",
    needs: linksOf(service, names),
    keeps: volumesOf(service, volumes),
    ports: numbersOf(service.ports),
    isRouted: false,
  }));
  const routed = routedOf(root, entries, services);
  return services.map((service) => ({ ...service, isRouted: service.name === routed }));
}

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

const CONDITIONS: Record<string, When> = {
  service_healthy: "healthy",
  service_completed_successfully: "completed",
};

function linksOf(service: Loose, names: Set<string>): DrawnLink[] {
  const { depends_on: needs, links } = service;
  const found = isLoose(needs)
    ? Object.entries(needs).map(([to, how]) => ({ to, when: whenOf(how) }))
    : listOf(needs).map((to) => ({ to: String(to), when: "started" as const }));
  const linked = listOf(links).map((link) => ({ to: String(link).split(":")[0] ?? "", when: "started" as const }));
  const byName = new Map([...linked, ...found].map((link) => [link.to, link]));
  return [...byName.values()].filter(({ to }) => names.has(to));
}

function whenOf(how: unknown): When {
  const condition = isLoose(how) && typeof how.condition === "string" ? how.condition : "";
  return CONDITIONS[condition] ?? "started";
}

/** "db-data:/var/lib/…" and its long form; binds of files and folders are not kept data. */
function volumesOf(service: Loose, declared: Set<string>): string[] {
  const sources = listOf(service.volumes).map((mount) =>
    isLoose(mount) ? textOf(mount.source) : (textOf(mount).split(":")[0] ?? ""),
  );
  return [...new Set(sources.filter((source) => declared.has(source)))];
}

/** The container's side of "8080:80/tcp", 80, "127.0.0.1:80:80" and {target: 80}. */
function numbersOf(ports: unknown): number[] {
  return listOf(ports).flatMap((port) => {
    const text = textOf(isLoose(port) ? port.target : port);
    const number = Number.parseInt(text.split("/")[0]?.split(":").at(-1) ?? "", 10);
    return Number.isNaN(number) ? [] : [number];
  });
}

/** As the platform chooses: x-hoster (false is none), then the label, then the first port that is published. */
function routedOf(root: Loose, entries: [string, Loose][], services: DrawnService[]): string | undefined {
  const said = isLoose(root["x-hoster"]) ? root["x-hoster"].route : undefined;
  if (said === false) return undefined;
  if (isLoose(said) && typeof said.service === "string") return said.service;
  const labelled = entries.find(([, { labels }]) =>
    isLoose(labels)
      ? "hoster.route.port" in labels
      : listOf(labels).some((label) => String(label).startsWith("hoster.route.port=")),
  );
  if (labelled) return labelled[0];
  return (
    services.find(({ ports }) => ports.length > 0)?.name ??
    entries.find(([, { expose }]) => listOf(expose).length > 0)?.[0]
  );
}
