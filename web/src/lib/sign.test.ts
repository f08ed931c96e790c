import { expect, it } from "vitest";
import { counted, said, titled, together } from "./sign";

it("tells a failure before work in hand", () => {
  expect(together(["working", "failed", null])).toBe("failed");
  expect(together([null, "working"])).toBe("working");
  expect(together([null])).toBeNull();
});

it("counts what is the matter, and is silent where nothing is", () => {
  expect(counted(["working", "failed", "working", null])).toBe("1 failed, 2 working");
  expect(counted([null])).toBeUndefined();
});

it("puts it before the page's own title", () => {
  expect(titled("Apps", counted(["failed"]))).toBe("1 failed: Apps · Hoster");
  expect(titled("My blog", said("working"))).toBe("Working: My blog · Hoster");
  expect(titled("My blog", said(null))).toBe("My blog · Hoster");
});
