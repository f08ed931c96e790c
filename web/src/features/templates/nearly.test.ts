import { expect, it } from "vitest";
import { mayHoldMistake, nearlyBegins } from "./nearly";

it.each([
  ["wrodpress", "wordpress"],
  ["wordpess", "wordpress"],
  ["wordppress", "wordpress"],
  ["wardpress", "wordpress"],
  ["postgress", "postgresql"],
  ["nxetcl", "nextcloud"],
  ["redix", "redis"],
  ["host", "ghost"],
])("takes %s for %s", (typed, word) => {
  expect(nearlyBegins(typed, word)).toBe(true);
});

it.each([
  ["wrodpess", "wordpress"],
  ["mysql", "redis"],
])("does not take %s for %s", (typed, word) => {
  expect(nearlyBegins(typed, word)).toBe(false);
});

it("forgives nothing in short words and in numbers", () => {
  expect(["rds", "6.1.0", "red1s", "redis"].map(mayHoldMistake)).toEqual([false, false, false, true]);
});
