import { expect, it } from "vitest";
import { explanation, item } from "@/testing/money";
import { expectedCents, stretchesOf, type Stretch } from "./stretches";

function written(stretches: Stretch[]): string[] {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString().slice(5, 16);
  return stretches.map(({ since, until }) => `${at(since)} ${at(until)}`);
}

it("cuts what an app ran at the month's bounds and at the present", () => {
  expect(written(stretchesOf(item(), explanation()))).toEqual([
    "11-01T00:00 11-11T04:00",
    "11-20T00:00 11-21T00:00",
  ]);
});

it("gives each price its own time", () => {
  const prices = [
    ...explanation().prices,
    { template: "tmpl_1", at: "2026-11-05T00:00:00Z", monthly_cents: 900 },
  ];
  const told = explanation({ prices });
  expect(written(stretchesOf(item(), told))).toEqual(["11-01T00:00 11-05T00:00"]);
  expect(written(stretchesOf(item({ price_since: "2026-11-05T00:00:00Z" }), told))).toEqual([
    "11-05T00:00 11-11T04:00",
    "11-20T00:00 11-21T00:00",
  ]);
});

it("counts each second once, at the lower price where two templates overlap", () => {
  const told = explanation({
    intervals: [
      { deployment: "dep_1", template: "tmpl_1", since: "2026-11-01T00:00:00Z", until: "2026-11-03T00:00:00Z" },
      { deployment: "dep_1", template: "tmpl_2", since: "2026-11-02T00:00:00Z", until: "2026-11-04T00:00:00Z" },
    ],
    prices: [
      { template: "tmpl_1", at: "2026-01-01T00:00:00Z", monthly_cents: 500 },
      { template: "tmpl_2", at: "2026-01-01T00:00:00Z", monthly_cents: 300 },
    ],
  });
  expect(written(stretchesOf(item(), told))).toEqual(["11-01T00:00 11-02T00:00"]);
  expect(written(stretchesOf(item({ template_id: "tmpl_2" }), told))).toEqual(["11-02T00:00 11-04T00:00"]);
});

it("joins what touches, and leaves other apps out", () => {
  const told = explanation({
    intervals: [
      { deployment: "dep_1", template: "tmpl_1", since: "2026-11-01T00:00:00Z", until: "2026-11-02T00:00:00Z" },
      { deployment: "dep_1", template: "tmpl_1", since: "2026-11-02T00:00:00Z", until: "2026-11-03T00:00:00Z" },
      { deployment: "dep_2", template: "tmpl_1", since: "2026-11-05T00:00:00Z", until: "2026-11-06T00:00:00Z" },
    ],
  });
  expect(written(stretchesOf(item(), told))).toEqual(["11-01T00:00 11-03T00:00"]);
});

it("expects the rest of the month of what runs now, and of nothing else", () => {
  // Ten of thirty days are left of $5.00.
  expect(expectedCents(explanation())).toBe(186 + 166);
  const ended = explanation().intervals.slice(0, 1);
  expect(expectedCents(explanation({ intervals: ended }))).toBe(186);
});
