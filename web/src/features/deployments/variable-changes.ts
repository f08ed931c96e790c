/** What a redeploy would change of an app's variables, in words, before it is asked for. */

import type { Variable } from "@/lib/api/types";
import type { Deployment } from "./api/list-deployments";
import { isSecret, labelOf } from "./settings";

/** Values by name; null goes back to the default, or to a newly made value. */
export type Edits = Record<string, string | null>;

export interface VariableChange {
  name: string;
  label: string;
  before: string;
  after: string;
}

/** The present value as the form shows it; empty for a secret, which nobody is shown. */
function present(deployment: Deployment, { name }: Variable): string {
  const value = deployment.variables?.[name];
  return value === null || value === undefined ? "" : String(value);
}

/** Only what would be another one: typing the present value is no change. */
export function changesOf(deployment: Deployment, variables: Variable[], edits: Edits): VariableChange[] {
  return variables.flatMap((variable) => {
    const edit = edits[variable.name];
    if (edit === undefined) return [];
    const { name } = variable;
    const change = { name, label: labelOf(variable) };
    if (isSecret(variable)) {
      if (edit === "") return [];
      const isSet = deployment.secrets?.includes(name) ?? false;
      const after = edit !== null ? "another secret" : variable.generator ? "a newly made secret" : "the default";
      return [{ ...change, before: isSet ? "the present secret" : "nothing", after }];
    }
    const before = present(deployment, variable);
    const after = edit ?? reset(variable);
    return after === before ? [] : [{ ...change, before: shown(before), after: shown(after) }];
  });
}

/** What the form shows while an edit is made. */
export function edited(deployment: Deployment, variable: Variable, edits: Edits): string {
  const edit = edits[variable.name];
  return edit === undefined ? present(deployment, variable) : (edit ?? reset(variable));
}

function reset({ generator, default: given }: Variable): string {
  if (generator) return "a newly made value";
  return given === null || given === undefined ? "" : String(given);
}

function shown(value: string): string {
  return value === "" ? "nothing" : value;
}

/** What is sent: the edits that change something. */
export function sentEdits(changes: VariableChange[], edits: Edits): Edits {
  return Object.fromEntries(changes.map(({ name }) => [name, edits[name] ?? null]));
}
