import { expect, it } from "vitest";
import { resident } from "@/testing/records";
import { named } from "./residents";

function living(names: (string | null)[]) {
  return names.map((name, at) => ({ ...resident(`d${at}`, name).attributes, id: `d${at}` }));
}

it("names one's own apps, and counts others'", () => {
  expect(named(living(["Blog", null, "Shop"]))).toEqual(["Blog", "Shop", "1 app of another account"]);
  expect(named(living([null, null]))).toEqual(["2 apps of other accounts"]);
  expect(named([])).toEqual([]);
});

it("counts what would be too many to read", () => {
  const many = Array.from({ length: 12 }, (_, at) => `App ${at}`);

  expect(named(living(many))).toEqual([...many.slice(0, 7), "5 more of your apps"]);
  expect(named(living(many.slice(0, 8)))).toEqual(many.slice(0, 8));
});
