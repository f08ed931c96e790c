/** Puts events under the days on which they happened, in the order in which they come. */

interface Day<T> {
  /** As in "Monday, 30 November 2026". */
  name: string;
  events: T[];
}

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export function byDay<T extends { at: string | null }>(events: readonly T[]): Day<T>[] {
  const days: Day<T>[] = [];
  for (const event of events) {
    const name = event.at === null ? "Undated" : DAY.format(new Date(event.at));
    const last = days.at(-1);
    if (last?.name === name) last.events.push(event);
    else days.push({ name, events: [event] });
  }
  return days;
}
