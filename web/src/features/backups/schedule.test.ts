import { afterEach, expect, it, vi } from "vitest";
import { hourTold, keeps, scheduleOf } from "./schedule";

const NOON = Date.parse("2026-01-01T12:00:00Z");

afterEach(() => vi.unstubAllEnvs());

it.each([
  ["UTC", "03:00 UTC"],
  ["Europe/Berlin", "03:00 UTC, 04:00 here"],
  ["Asia/Kolkata", "03:00 UTC, 08:30 here"],
])("tells an hour for people in %s", (zone, told) => {
  vi.stubEnv("TZ", zone);
  expect(hourTold(3, NOON)).toBe(told);
});

it("keeps what was chosen before among the choices", () => {
  expect(keeps(7)).toEqual([1, 3, 7, 14, 30, 50]);
  expect(keeps(9)).toEqual([1, 3, 7, 9, 14, 30, 50]);
});

it("sends nothing for never", () => {
  expect(scheduleOf("off", 3)).toBeNull();
  expect(scheduleOf("week", 3)).toEqual({ every: "week", hour: 3 });
});
