import { expect, it } from "vitest";
import { byDay } from "./days";

it("keeps the order, and begins a day where it changes", () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  const events = [{ at: at(30, 9) }, { at: at(30, 1) }, { at: at(29, 23) }];
  const days = byDay(events);
  expect(days.map(({ name, events: found }) => [name, found.length])).toEqual([
    [expect.stringMatching(/^Monday,? 30 November 2026$/), 2],
    [expect.stringMatching(/^Sunday,? 29 November 2026$/), 1],
  ]);
});
