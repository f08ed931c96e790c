/** Lays services out for drawing: what is asked stands below whoever asks it. */

import type { DrawnService, When } from "./compose";

export const BOX = { width: 196, height: 64 } as const;
const GAP = { x: 24, y: 56 } as const;
const EDGE = 2;

export interface Box {
  x: number;
  y: number;
  service: DrawnService;
}

export interface Line {
  key: string;
  path: string;
  when: When;
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

export function drawingOf(services: DrawnService[]): Drawing {
  const rows = rowsOf(services);
  const widest = Math.max(...rows.map((row) => row.length), 1);
  const width = widest * (BOX.width + GAP.x) - GAP.x + 2 * EDGE;
  const boxes = rows.flatMap((row, depth) => {
    const taken = row.length * (BOX.width + GAP.x) - GAP.x;
    return row.map((service, index) => ({
      service,
      x: (width - taken) / 2 + index * (BOX.width + GAP.x),
      y: EDGE + depth * (BOX.height + GAP.y),
    }));
  });
  const height = rows.length * (BOX.height + GAP.y) - GAP.y + 2 * EDGE;
  return { width, height, boxes, lines: linesOf(boxes) };
}

/** Services by how far they are from one that nobody waits for; a circle ends where it began. */
function rowsOf(services: DrawnService[]): DrawnService[][] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const depths = new Map<string, number>();
  const sink = (service: DrawnService, depth: number, above: ReadonlySet<string>) => {
    if (above.has(service.name) || (depths.get(service.name) ?? -1) >= depth) return;
    depths.set(service.name, depth);
    const path = new Set(above).add(service.name);
    for (const { to } of service.needs) {
      const below = byName.get(to);
      if (below) sink(below, depth + 1, path);
    }
  };
  const asked = new Set(services.flatMap(({ needs }) => needs.map(({ to }) => to)));
  for (const service of services) if (!asked.has(service.name)) sink(service, 0, new Set());
  for (const service of services) if (!depths.has(service.name)) sink(service, 0, new Set());
  const rows: DrawnService[][] = [];
  const inOrder = [...services].sort((a, b) => Number(b.isRouted) - Number(a.isRouted));
  for (const service of inOrder) (rows[depths.get(service.name) ?? 0] ??= []).push(service);
  return rows.filter((row) => row.length > 0);
}

function linesOf(boxes: Box[]): Line[] {
  const byName = new Map(boxes.map((box) => [box.service.name, box]));
  return boxes.flatMap((from) =>
    from.service.needs.flatMap(({ to, when }) => {
      const below = byName.get(to);
      return below ? [{ key: `${from.service.name} ${to}`, path: pathOf(from, below), when }] : [];
    }),
  );
}

function pathOf(from: Box, to: Box): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const [x2, y2] = [to.x + BOX.width / 2, to.y];
  const bend = (y2 - y1) / 2;
  return `M ${x1} ${y1} C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2}`;
}
