/** What is wrong with each field of the form, once it is of use to say so. */

import { fieldOf, type Problem } from "@/lib/api/errors";

/** The fault of a field by its path: `variables.0.name`. */
export type FaultOf = (path: string) => string | undefined;

/** A fault of a field that nobody has been in yet is kept for later; `seen` says who was. */
export function faultsBy(problems: Problem[], seen: (path: string) => boolean): FaultOf {
  const byField = new Map<string, string>();
  for (const { pointer, detail } of [...problems].reverse()) {
    const field = fieldOf(pointer);
    if (field) byField.set(field, wordsOf(field, detail));
  }
  return (path) => (seen(path) ? byField.get(path) : undefined);
}

/** The API begins with the field's name, which the label says already. */
function wordsOf(field: string, detail: string): string {
  const text = detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
