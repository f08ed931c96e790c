import { expect, it } from "vitest";
import type { InvoiceAttributes } from "@/lib/api/types";
import { costOf } from "./month";

type Items = NonNullable<InvoiceAttributes["items"]>;

it("adds up what one app cost at each of its prices, and nothing else", () => {
  const items = [
    { kind: "run", deployment_id: "dep_1", cents: 120 },
    { kind: "run", deployment_id: "dep_1", cents: 30 },
    { kind: "correction", deployment_id: "dep_1", cents: -50 },
    { kind: "run", deployment_id: "dep_2", cents: 900 },
  ] as Items;
  expect(costOf({ items }, "dep_1")).toBe(150);
  expect(costOf(null, "dep_1")).toBe(0);
});
