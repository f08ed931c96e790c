import { expect, it } from "vitest";
import { costUntilMonthEnd } from "./month-cost";

it("counts what is left of the month, in UTC, and leaves parts of cents out", () => {
  expect(costUntilMonthEnd(500, Date.parse("2026-11-16T00:00:00Z"))).toEqual({
    cents: 250,
    seconds: 15 * 86_400,
    month: "November",
  });
  expect(costUntilMonthEnd(500, Date.parse("2026-11-16T00:00:01Z")).cents).toBe(249);
});

it.each([
  ["2026-02-01T00:00:00Z", 500, 28],
  ["2028-02-01T00:00:00Z", 500, 29],
  ["2026-12-31T23:59:59Z", 0, 0],
])("knows how long the month of %s is", (time, cents, days) => {
  const cost = costUntilMonthEnd(500, Date.parse(time));
  expect(cost.cents).toBe(cents);
  expect(Math.floor(cost.seconds / 86_400)).toBe(days);
});
