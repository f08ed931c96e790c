import { expect, it } from "vitest";
import { latestMonths, momentsOf } from "./months";

it("counts months back over the end of a year", () => {
  const now = Date.parse("2027-01-31T23:00:00Z");
  expect(latestMonths(now, 3)).toEqual(["2027-01", "2026-12", "2026-11"]);
});

it("says when a month begins and the next one does", () => {
  expect(momentsOf("2026-12")).toEqual(["2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]);
});
