import { expect, it } from "vitest";
import { inDays, standingOf } from "./standing";

const NOW = Date.parse("2026-11-30T12:00:00Z");

it.each([
  ["active", "2027-02-01T00:00:00Z", "good"],
  ["active", "2026-12-05T00:00:00Z", "soon"],
  ["active", "2026-11-30T12:00:00Z", "over"],
  ["pending", "2027-02-01T00:00:00Z", "unfinished"],
  ["revoking", "2027-02-01T00:00:00Z", "unfinished"],
])("a token that is %s until %s is %s", (status, expires_at, standing) => {
  expect(standingOf({ status, expires_at }, NOW)).toBe(standing);
});

it("counts days from now", () => {
  expect(inDays(30, NOW)).toBe("2026-12-31T00:00:00.000Z");
});
