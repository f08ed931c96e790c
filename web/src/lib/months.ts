/** Calendar months in UTC, which invoices are for. */

const DAY = 86_400;

/** "2026-11" -> "November 2026". */
export function monthName(month: string): string {
  return start(month).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
}

/** "2026-11" -> 2592000. */
export function secondsOf(month: string): number {
  return (end(month).getTime() - start(month).getTime()) / 1000;
}

export function daysOf(month: string): number {
  return secondsOf(month) / DAY;
}

/** Its first moment and the first one after it, in seconds since 1970. */
export function boundsOf(month: string): [number, number] {
  return [start(month).getTime() / 1000, end(month).getTime() / 1000];
}

/** The same as times: "2026-11" -> ["2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"]. */
export function momentsOf(month: string): [string, string] {
  return [start(month).toISOString(), end(month).toISOString()];
}

/** The latest months, the present one first. */
export function latestMonths(now: number, most: number): string[] {
  const present = new Date(now);
  return Array.from({ length: most }, (_, back) =>
    new Date(Date.UTC(present.getUTCFullYear(), present.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}

/** The month that a time lies in: "2026-11-03T10:00:00Z" -> "2026-11". */
export function monthOf(time: string): string {
  return new Date(time).toISOString().slice(0, 7);
}

/** The last day of a month: "30 November 2026". */
export function lastDay(month: string): string {
  return day(new Date(end(month).getTime() - 1).toISOString());
}

/** "2026-11-03T10:00:00Z" or "2026-11-03" -> "3 November 2026". */
export function day(time: string): string {
  return new Date(time).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

function start(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}

function end(month: string): Date {
  const first = start(month);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
}
