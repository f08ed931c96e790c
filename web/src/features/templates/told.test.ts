import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import { MEASURED, template } from "@/testing/records";
import { makerOf, needsOf, provenOf, speedOf } from "./told";

it.each([
  [null, 0, ""],
  [14, 1, "started once, in 14 s"],
  [14, 2, "started twice, in 14 s"],
  [75, 3, "starts in 1 min 15 s"],
  [14, 15, "starts in 14 s"],
])("tells of %s s in %s starts: %s", (start_seconds, starts, said) => {
  expect(speedOf(entity(template({ start_seconds, starts })))).toBe(said);
});

it("says who made it where that is told", () => {
  expect(makerOf(entity(template({ creator_name: "Ann & sons" })))).toBe("by Ann & sons");
  expect(makerOf(entity(template({ creator_name: "" })))).toBe("");
});

it("says what it needs", () => {
  expect(needsOf(entity(template()))).toBe("1 CPU, 768 MB");
});

it("says what was measured of the present version, and nothing of another one", () => {
  expect(provenOf(entity(template({ proof: MEASURED })))).toBe("healthy in 14 s, 180 MB");
  expect(provenOf(entity(template({ proof: MEASURED, version: "6.2.0" })))).toBe("");
  expect(provenOf(entity(template()))).toBe("");
});
