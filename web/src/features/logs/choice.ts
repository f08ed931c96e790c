/** Chooses among the lines of a log: by a text in them, by how grave they are. */

import { levelOf, plain, type Level } from "./levels";
import type { NumberedLine } from "./lines";

/** What can be chosen: errors alone, or warnings with them. */
export type Least = "error" | "warn";

const read = new WeakMap<NumberedLine, { text: string; level: Level | null }>();

/** What a line says and how grave it is; found out once. */
export function readingOf(line: NumberedLine): { text: string; level: Level | null } {
  const known = read.get(line);
  if (known) return known;
  const text = plain(line.message);
  const made = { text, level: levelOf(text) };
  read.set(line, made);
  return made;
}

/** The lines with a text in them, in any case, that are grave enough. */
export function chosen(lines: readonly NumberedLine[], sought: string, least?: Least): readonly NumberedLine[] {
  const wanted = sought.trim().toLowerCase();
  if (wanted === "" && least === undefined) return lines;
  return lines.filter((line) => {
    const { text, level } = readingOf(line);
    return isGrave(level, least) && (wanted === "" || text.toLowerCase().includes(wanted));
  });
}

function isGrave(level: Level | null, least: Least | undefined): boolean {
  return least === undefined || level === "error" || (least === "warn" && level === "warn");
}

/** How many lines are errors and warnings. */
export function counted(lines: readonly NumberedLine[]): { error: number; warn: number } {
  const counts = { error: 0, warn: 0 };
  for (const line of lines) {
    const { level } = readingOf(line);
    if (level === "error" || level === "warn") counts[level] += 1;
  }
  return counts;
}

/** A text cut where what is sought begins and ends; every second part is a find. */
export function cut(text: string, sought: string): string[] {
  const wanted = sought.trim().toLowerCase();
  if (wanted === "") return [text];
  const parts: string[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
