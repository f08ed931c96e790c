import { expect, it } from "vitest";
import { runsOf } from "./sparkline";

it("draws one line for each stretch that was measured", () => {
  expect(runsOf([0, 10, null, 5, 5])).toEqual(["0.0,30.0 30.0,2.0", "90.0,16.0 120.0,16.0"]);
});

it("shows a value that stands alone, and nothing where nothing was measured", () => {
  expect(runsOf([null, 4, null])).toEqual(["60.0,2.0 61,2.0"]);
  expect(runsOf([null, null])).toEqual([]);
});

it("measures against a limit, and stays within it", () => {
  expect(runsOf([50, 200], 100)).toEqual(["0.0,16.0 120.0,2.0"]);
});
