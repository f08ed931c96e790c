import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import { template } from "@/testing/records";
import type { Template } from "./api/list-templates";
import { search } from "./search";

function called(name: string, over: Partial<Template> = {}): Template {
  return entity({ ...template({ name, description: "", tags: [], category: "", ...over }), id: `tmpl_${name}` });
}

const APPS = [called("WordPress"), called("Word count"), called("Ghost", { tags: ["blog"] }), called("Café", { creator_name: "Ann" })];

function found(text: string): string[] {
  return search(APPS, text).map(({ name }) => name);
}

it("forgives one mistake in a word that nothing holds", () => {
  expect(found("wrodpress")).toEqual(["WordPress"]);
  expect(found("gohst")).toEqual(["Ghost"]);
  expect(found("bolg")).toEqual(["Ghost"]);
});

it("forgives nothing where something holds the word as it is", () => {
  expect(found("word")).toEqual(["WordPress", "Word count"]);
  expect(found("ghost word")).toEqual([]);
});

it("finds by who made it, and without accents", () => {
  expect(found("ann")).toEqual(["Café"]);
  expect(found("cafe")).toEqual(["Café"]);
});
