import { expect, it } from "vitest";
import type { Size } from "./api/list-choices";
import { costIn, sizesIn } from "./choices";

const SIZE = {
  id: "cx22",
  name: "CX22",
  cpu_cores: 2,
  memory_mb: 4096,
  disk_gb: 40,
  price_hourly: 0.006,
  price_monthly: 3.6,
  currency: "EUR",
  regions: ["ash", "fsn1"],
  prices: { ash: 0.0071, fsn1: 0.006 },
} as unknown as Size;

it("tells the price of the region, and says so when nobody told one", () => {
  expect(costIn("fsn1", SIZE)).toBe("€3.60 / month");
  expect(costIn("ash", SIZE)).toBe("€0.0071 / hour");
  expect(costIn("hel1", SIZE)).toBe("price not known");
  expect(costIn("fra1", { ...SIZE, prices: {}, currency: "USD", price_monthly: 4 })).toBe("$4.00 / month");
  expect(costIn("fra1", { ...SIZE, prices: {}, price_hourly: null, price_monthly: null })).toBe("price not known");
});

it("puts sizes whose price is not known last", () => {
  const unknown = { ...SIZE, id: "unknown", prices: {}, price_hourly: null, regions: [] };

  expect(sizesIn("fsn1", [unknown, SIZE]).map(({ id }) => id)).toEqual(["cx22", "unknown"]);
});
