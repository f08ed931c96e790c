/** The settings of a new app: where they start, and what is wrong with them. */

import type { Variable } from "@/lib/api/types";
import { base64, hex, password, uuid } from "@/lib/random";

export type Settings = Record<string, string>;

export function isSecret({ type }: Variable): boolean {
  return type === "secret" || type === "password";
}

export function labelOf({ label, name }: Variable): string {
  return label?.trim() === "" ? name : (label ?? name);
}

/** Everything that has a default or can be made has a value from the start. */
export function firstSettings(variables: Variable[]): Settings {
  return Object.fromEntries(variables.map((variable) => [variable.name, first(variable)]));
}

function first(variable: Variable): string {
  if (variable.generator) return generate(variable);
  if (variable.default !== null && variable.default !== undefined) return String(variable.default);
  if (variable.type === "boolean") return "false";
  const options = optionsOf(variable);
  return variable.required ? (options[0]?.value ?? "") : "";
}

/** What the API makes when the app is made: it is signed, or known there alone. */
const MADE_LATER = ["email", "port", "timestamp", "timestamp_ms", "jwt", "symbols", "base64_bytes"];

/** Whether its value is made by the API, and not shown before. */
export function isMadeLater({ generator }: Variable): boolean {
  return MADE_LATER.includes(kindOf(generator));
}

function kindOf(generator: Variable["generator"]): string {
  return (typeof generator === "object" ? generator?.kind : generator) ?? "";
}

/** A value of the kind and length that the template wants; empty for what is made later. */
export function generate(variable: Variable): string {
  const { generator } = variable;
  if (isMadeLater(variable)) return "";
  const { kind = "password", length = 32 } =
    typeof generator === "object" && generator !== null ? generator : { kind: generator ?? "password" };
  if (kind === "hex") return hex(length);
  if (kind === "base64") return base64(length).slice(0, length);
  if (kind === "uuid") return uuid();
  if (kind === "username") return `u${hex(length - 1)}`;
  return password(length);
}

export function optionsOf({ options }: Variable): { value: string; label: string }[] {
  return (options ?? []).map((option) =>
    typeof option === "string"
      ? { value: option, label: option }
      : { value: option.value, label: option.label ?? option.value },
  );
}

/** What must be mended before anything is sent, by variable. The API checks everything again. */
export function faultsOf(variables: Variable[], settings: Settings): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const variable of variables) {
    const value = (settings[variable.name] ?? "").trim();
    const isNumber = variable.type === "integer" || variable.type === "number";
    if (value === "" && variable.required && !isMadeLater(variable)) faults[variable.name] = `${labelOf(variable)} needs a value.`;
    else if (value !== "" && isNumber && !/^[+-]?\d{1,18}$/.test(value)) {
      faults[variable.name] = `${labelOf(variable)} must be a whole number.`;
    }
  }
  return faults;
}

/** What is sent: nothing for what is left empty, so that the template decides. */
export function sentSettings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
}

/** What can be left as it is: it has a value or needs none, and nobody has to copy it. */
export function isOptional(variable: Variable): boolean {
  return !isSecret(variable) && (first(variable) !== "" || !variable.required);
}

/** A host name as people write it, checked roughly: null where it can be one. */
export function hostnameFault(text: string): string | null {
  if (/^[^\s/:@*]+\.[^\s/:@*.]+$/.test(text) && !/^[\d.]+$/.test(text)) return null;
  return "Give a full name such as www.example.com, without https:// and without a path.";
}

/** Secrets as lines of a .env file, to be kept somewhere safe. */
export function secretsText(variables: Variable[], settings: Settings): string {
  return variables
    .filter((one) => isSecret(one) && settings[one.name])
    .map(({ name }) => `${name}=${settings[name] ?? ""}`)
    .join("\n");
}
