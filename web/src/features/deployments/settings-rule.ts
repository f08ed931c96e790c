/** The rule of a form's settings: each variable by what its template says of it. */

import * as z from "zod/mini";
import type { Variable } from "@/lib/api/types";
import { faultsOf, isSecret, type Settings } from "./settings";
import type { Edits } from "./variable-changes";

/** Values by the names of variables. */
export function settingsRule(variables: Variable[]) {
  return z.record(z.string(), z.string()).check(({ value, issues }) => {
    issues.push(...issuesOf(variables, value));
  });
}

/** Changes of values by name: only what is given a value of its own is looked at. */
export function editsRule(variables: Variable[]) {
  return z.record(z.string(), z.nullable(z.string())).check(({ value, issues }) => {
    const given = Object.entries(value).filter((edit): edit is [string, string] => edit[1] !== null);
    const decided = variables.filter(({ name }) => given.some(([edited]) => edited === name));
    issues.push(...issuesOf(decided, Object.fromEntries(given)));
  });
}

function issuesOf(variables: Variable[], input: Settings) {
  return Object.entries(faultsOf(variables, input)).map(([name, message]) => ({
    code: "custom" as const,
    path: [name],
    message,
    input,
  }));
}

/** What of the settings may be written down: no secret. */
export function openSettings<S extends Settings | Edits>(variables: Variable[], settings: S): S {
  const secrets = new Set(variables.filter(isSecret).map(({ name }) => name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !secrets.has(name))) as S;
}
