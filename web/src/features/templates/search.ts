/** Finds templates by words and category. */

import type { Template } from "./api/list-templates";

export interface Facet {
  category: string;
  count: number;
}

const UNSORTED = "other";

export function categoryOf(template: Template): string {
  return template.category ?? UNSORTED;
}

/** Every word must occur in the name, the description, the category or a tag. Best hits first. */
export function search(templates: Template[], text: string): Template[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return templates;
  return templates
    .map((template) => ({ template, score: scoreOf(template, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ template }) => template);
}

function scoreOf(template: Template, wanted: string[]): number {
  const name = template.name.toLowerCase();
  const rest = [template.description, template.category, ...(template.tags ?? [])].join(" ").toLowerCase();
  let score = 0;
  for (const word of wanted) {
    if (name.startsWith(word)) score += 4;
    else if (name.includes(word)) score += 2;
    else if (rest.includes(word)) score += 1;
    else return 0;
  }
  return score;
}

/** The categories among these templates with how many each has, the largest first. */
export function facets(templates: Template[]): Facet[] {
  const counts = new Map<string, number>();
  for (const template of templates) {
    const category = categoryOf(template);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts]
    .map(([category, count]) => ({ category, count }))
    .sort((a, b) => b.count - a.count || a.category.localeCompare(b.category));
}
