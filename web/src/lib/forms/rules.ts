/** What forms ask of their fields before anything is sent. The API checks everything again. */

import * as z from "zod/mini";

/** A text without blanks around it that is not empty; `label` is what its field is called. */
export function needed(label: string) {
  return z.string().check(z.trim(), z.minLength(1, `${label} needs a value.`));
}

/** A whole number in a text field, within bounds. */
export function whole(label: string, least: number, most: number) {
  const said = `${label} is a whole number from ${least} to ${most}.`;
  const isFitting = (text: string) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
  return z.string().check(z.trim(), z.refine(isFitting, said));
}
