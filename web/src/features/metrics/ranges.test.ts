import { expect, it } from "vitest";
import { bytes, highest, latest, milliseconds, percent, perSecond, summed, tick } from "./ranges";

it("finds the last and the highest number beside holes", () => {
  expect(latest([1, 3, 2, null, null])).toBe(2);
  expect(highest([1, 3, null, 2])).toBe(3);
  expect(latest([null, null])).toBeNull();
  expect(highest([])).toBeNull();
  expect(highest([0, null])).toBe(0);
});

it("adds lists up, and says nothing where nothing was measured", () => {
  expect(summed([1, null, null], [2, 3, null])).toEqual([3, 3, null]);
  expect(summed()).toEqual([]);
});

it("writes small and large numbers with few digits", () => {
  expect([0, 0.004, 0.25, 3.46, 42.4].map(percent)).toEqual(["0 %", "< 0.01 %", "0.25 %", "3.5 %", "42 %"]);
  expect([0, 1536, 5_242_880, 268_435_456, 2_147_483_648].map(bytes)).toEqual([
    "0 B",
    "1.5 KB",
    "5 MB",
    "256 MB",
    "2 GB",
  ]);
  expect(milliseconds(2500)).toBe("2.5 s");
  expect(perSecond(1234)).toBe("1,234/s");
});

it("names hours in short ranges and days in long ones", () => {
  const noon = new Date(2026, 0, 5, 12, 5).toISOString();
  expect(tick(noon, "6h")).toBe("12:05");
  expect(tick(noon, "30d")).toBe("5 Jan");
});
