/** Finds templates by words, narrows them, and puts them in order. */

import { mayHoldMistake, nearlyBegins } from "./nearly";
import type { Shelf, Template } from "./api/list-templates";

export interface Facet {
  value: string;
  count: number;
}

/** What the catalogue is narrowed by; each has its facet. */
export const NARROWINGS = ["category", "price", "memory"] as const;
export type Narrowing = (typeof NARROWINGS)[number];
export type Narrowed = Partial<Record<Narrowing, string | undefined>>;

export type Sort = "popular" | "name" | "price";

const UNSORTED = "other";
const PRICES = ["free", "paid"];
/** Megabytes that an app needs at most. */
const MEMORIES = ["512", "1024", "2048"];

export function categoryOf(template: Template): string {
  return template.category === "" ? UNSORTED : (template.category ?? UNSORTED);
}

const FITS: Record<Narrowing, (template: Template, value: string) => boolean> = {
  category: (template, value) => categoryOf(template) === value,
  price: (template, value) => (value === "free") === !template.price_monthly_cents,
  memory: (template, value) => (template.resources_memory_mb ?? 0) <= Number(value),
};

/** A template's texts as they are searched. */
interface Text {
  name: string;
  rest: string;
  /** Its words, once they were asked for. */
  words?: { name: string[]; rest: string[] };
}

/** Made once of each template, since every letter that is typed searches all of them. */
const TEXTS = new WeakMap<Template, Text>();

function textOf(template: Template): Text {
  const known = TEXTS.get(template);
  if (known) return known;
  const rest = [template.description, template.category, template.creator_name, ...(template.tags ?? [])];
  const made = { name: folded(template.name), rest: folded(rest.join(" ")) };
  TEXTS.set(template, made);
  return made;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** Without case and accents. */
function folded(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

/**
 * Every word must occur in the name, the description, the category, a tag or the creator's name; one that
 * occurs nowhere may have been typed with one mistake. Best hits first.
 */
export function search(templates: Template[], text: string): Template[] {
  const wanted = folded(text).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return templates;
  const texts = templates.map((template) => ({ template, text: textOf(template) }));
  const scorers = wanted.map((word) => {
    const isKnown = texts.some(({ text: { name, rest } }) => name.includes(word) || rest.includes(word));
    return isKnown || !mayHoldMistake(word) ? exactly(word) : nearly(word);
  });
  return texts
    .map(({ template, text: known }) => ({ template, score: scoreOf(known, scorers) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ template }) => template);
}

/** How well a text fits one word; 0 for not at all. */
type Scorer = (text: Text) => number;

function exactly(word: string): Scorer {
  return ({ name, rest }) => {
    if (name.startsWith(word)) return 4;
    if (name.includes(word)) return 2;
    return rest.includes(word) ? 1 : 0;
  };
}

function nearly(word: string): Scorer {
  // Most words stand in many texts.
  const verdicts = new Map<string, boolean>();
  const isMeant = (known: string) => {
    const before = verdicts.get(known);
    if (before !== undefined) return before;
    const verdict = nearlyBegins(word, known);
    verdicts.set(known, verdict);
    return verdict;
  };
  return (text) => {
    text.words ??= { name: wordsOf(text.name), rest: wordsOf(text.rest) };
    if (text.words.name.some(isMeant)) return 2;
    return text.words.rest.some(isMeant) ? 1 : 0;
  };
}

function scoreOf(text: Text, scorers: Scorer[]): number {
  let sum = 0;
  for (const scorer of scorers) {
    const score = scorer(text);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** Those that fit all narrowings, `except` one. */
export function narrowed(templates: Template[], by: Narrowed, except?: Narrowing): Template[] {
  return templates.filter((template) =>
    NARROWINGS.every((name) => {
      const value = by[name];
      return name === except || value === undefined || FITS[name](template, value);
    }),
  );
}

/** The order that was asked for; `popular` is the API's own, and none leaves it as it is. */
export function sorted(templates: Template[], sort: Sort | undefined): Template[] {
  if (sort === "name") return [...templates].sort((a, b) => a.name.localeCompare(b.name, "en", { sensitivity: "base" }));
  if (sort === "price") {
    return [...templates].sort((a, b) => (a.price_monthly_cents ?? 0) - (b.price_monthly_cents ?? 0));
  }
  return templates;
}

/** The list that an address of the catalogue is about. */
export function shelfOf({ scope, sort }: { scope?: "mine" | undefined; sort?: Sort | undefined }): Shelf {
  if (scope === "mine") return "mine";
  return sort === "popular" ? "popular" : "newest";
}

/** What each choice of a narrowing would find beside the others. */
export function facetsOf(templates: Template[], name: Narrowing, by: Narrowed): Facet[] {
  const others = narrowed(templates, by, name);
  const values = name === "category" ? categoriesOf(others) : name === "price" ? PRICES : MEMORIES;
  return values
    .map((value) => ({ value, count: others.filter((template) => FITS[name](template, value)).length }))
    .filter(({ value, count }) => count > 0 || by[name] === value);
}

/** The categories among these templates, the largest first. */
export function categoriesOf(templates: Template[]): string[] {
  const counts = new Map<string, number>();
  for (const template of templates) {
    const category = categoryOf(template);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([category]) => category);
}
