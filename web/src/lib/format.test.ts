import { describe, expect, it } from "vitest";
import { ago, between, cores, count, duration, price, size, sizeOf, words } from "./format";

const NOON = Date.parse("2026-01-01T12:00:00Z");

describe("money", () => {
  it.each([
    [500, "$5.00 / month"],
    [1999, "$19.99 / month"],
    [123_456, "$1,234.56 / month"],
    [0, "Free"],
    [null, "Free"],
  ])("writes %s cents as %s", (cents, text) => {
    expect(price(cents)).toBe(text);
  });
});

describe("durations", () => {
  it.each([
    [-3, "0 s"],
    [0, "0 s"],
    [0.2, "< 1 s"],
    [0.97, "1 s"],
    [4.2, "4 s"],
    [59.6, "1 min 0 s"],
    [75, "1 min 15 s"],
    [3_960, "1 h 6 min"],
    [187_200, "2 d 4 h"],
  ])("writes %s seconds as %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it("measures to now while the end is open", () => {
    expect(between("2026-01-01T11:59:50Z", null, NOON)).toBe(10);
    expect(between("2026-01-01T11:59:50Z", "2026-01-01T11:59:53Z", NOON)).toBe(3);
    expect(between(null, null, NOON)).toBe(0);
  });

  it("never tells a future that only a fast clock makes", () => {
    expect(between("2026-01-01T12:00:02Z", null, NOON)).toBe(0);
  });

  it.each([
    ["2026-01-01T11:59:55Z", "just now"],
    ["2026-01-01T11:57:00Z", "3 minutes ago"],
    ["2025-12-31T12:00:00Z", "yesterday"],
  ])("tells %s as %s", (time, text) => {
    expect(ago(time, NOON)).toBe(text);
  });
});

describe("sizes and counts", () => {
  it("writes whole and broken gigabytes", () => {
    expect(size(512)).toBe("512 MB");
    expect(size(2048)).toBe("2 GB");
    expect(size(1536)).toBe("1.5 GB");
    expect(sizeOf(3_145_728)).toBe("3 MB");
    expect(sizeOf(0)).toBe("< 1 MB");
    expect(cores(0.25)).toBe("0.25 CPU");
    expect(count(1, "app")).toBe("1 app");
    expect(count(0, "app")).toBe("0 apps");
  });
});

describe("names of steps", () => {
  it.each([
    ["AwaitSSH", "Await SSH"],
    ["PullImages", "Pull images"],
    ["container_started", "Container started"],
    ["InstallDocker", "Install docker"],
  ])("writes %s as %s", (name, text) => {
    expect(words(name)).toBe(text);
  });
});
