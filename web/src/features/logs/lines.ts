/** Makes one book of the pages of a log: what comes after by its cursor, what came before by its time. */

import type { LogLine, LogsMeta } from "@/lib/api/types";

export interface LogPage {
  lines: LogLine[];
  meta: Pick<LogsMeta, "cursor" | "more">;
}

/** A line with the number that it keeps while lines come before and after it. */
export interface NumberedLine extends LogLine {
  number: number;
}

export interface Book {
  lines: readonly NumberedLine[];
  /** From where the reading goes on; null where it cannot. */
  cursor: string | null;
  /** Whether lines are there already that were not read. */
  more: boolean;
  /** Whether all that the server keeps before these lines has been read. */
  isWhole: boolean;
}

/** How many lines are kept in the page; the oldest ones go. */
export const MOST_LINES = 20_000;

/** The first page: the end of the log. A page that is not full holds all there is. */
export function opened({ lines, meta }: LogPage, asked: number): Book {
  return { ...meta, lines: numbered(lines, 0), isWhole: lines.length < asked };
}

/** The book with what came after it. */
export function continued(book: Book, { lines, meta }: LogPage): Book {
  if (lines.length === 0) {
    return meta.cursor === book.cursor && meta.more === book.more ? book : { ...book, ...meta };
  }
  const next = (book.lines.at(-1)?.number ?? -1) + 1;
  const all = [...book.lines, ...numbered(lines, next)];
  const kept = all.slice(-MOST_LINES);
  return { ...meta, lines: kept, isWhole: book.isWhole && kept.length === all.length };
}

/** The book with what came before it. The numbers of what was there stay. */
export function preceded(book: Book, { lines }: LogPage, asked: number): Book {
  const first = book.lines[0]?.number ?? 0;
  const room = Math.max(0, MOST_LINES - book.lines.length);
  const taken = room === 0 ? [] : lines.slice(-room);
  return {
    ...book,
    lines: [...numbered(taken, first - taken.length), ...book.lines],
    isWhole: lines.length < asked,
  };
}

function numbered(lines: readonly LogLine[], first: number): NumberedLine[] {
  return lines.map((line, index) => ({ ...line, number: first + index }));
}
