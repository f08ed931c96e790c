/** A template as its form holds it, and as the API takes it. Fields are named as the API's. */

import type { ImportedDraft, Variable } from "@/lib/api/types";
import type { Template } from "./api/list-templates";

export const VARIABLE_TYPES = ["string", "secret", "integer", "boolean", "enum", "domain"] as const;
export const GENERATORS = [
  ...["password", "symbols", "hex", "base64", "base64_bytes", "uuid", "username", "email"],
  ...["port", "timestamp", "timestamp_ms", "jwt"],
] as const;
/** Those that make something of no certain length. */
export const WITHOUT_LENGTH: readonly string[] = ["uuid", "port", "timestamp", "timestamp_ms", "jwt"];
export type VariableType = (typeof VARIABLE_TYPES)[number];

export interface VariableForm {
  name: string;
  type: VariableType;
  label: string;
  description: string;
  default: string;
  required: boolean;
  /** One a line, with its label behind " = " where it has one. */
  options: string;
  validation: string;
  /** A generator's kind; empty for none. */
  generator: string;
  length: string;
  /** Of a token: the name of the variable that signs it. */
  secret: string;
  /** Of a token: what it says, as JSON. */
  claims: string;
}

export interface FileForm {
  name: string;
  path: string;
  content: string;
  mode: string;
}

export interface TemplateForm {
  name: string;
  version: string;
  description: string;
  /** Who made it, as everybody is told. */
  creator_name: string;
  category: string;
  /** With commas between them. */
  tags: string;
  /** Dollars a month. */
  price_monthly_cents: string;
  /** Megabytes. */
  resources_disk_mb: string;
  compose_spec: string;
  readme: string;
  variables: VariableForm[];
  config_files: FileForm[];
}

/** Letters of a name, at least. */
export const SHORTEST_NAME = 3;

const SAMPLE = `services:
  web:
    image: nginx:1.27-alpine
    ports: ["80"]
    environment:
      GREETING: \${GREETING}
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"]
      interval: 5s
`;

export const NEW_VARIABLE: VariableForm = {
  name: "",
  type: "string",
  label: "",
  description: "",
  default: "",
  required: false,
  options: "",
  validation: "",
  generator: "",
  length: "32",
  secret: "",
  claims: "{}",
};

export const NEW_FILE: FileForm = { name: "", path: "", content: "", mode: "0644" };

export const NEW_TEMPLATE: TemplateForm = {
  name: "",
  version: "1.0.0",
  description: "",
  creator_name: "",
  category: "",
  tags: "",
  price_monthly_cents: "0",
  resources_disk_mb: "0",
  compose_spec: SAMPLE,
  readme: "",
  variables: [{ ...NEW_VARIABLE, name: "GREETING", label: "Greeting", default: "Hello" }],
  config_files: [],
};

/** What of a form may be written down: no default of a secret. */
export function openPart(form: TemplateForm): TemplateForm {
  const variables = form.variables.map((one) => (one.type === "secret" ? { ...one, default: "" } : one));
  return { ...form, variables };
}

/** The form of a draft that was made of another platform's template. */
export function draftForm(draft: ImportedDraft): TemplateForm {
  const { name, version, description, category, tags, compose_spec, variables, config_files } = draft;
  return {
    ...NEW_TEMPLATE,
    ...{ name, version, description, category, compose_spec, readme: readmeOf(draft) },
    tags: tags.join(", "),
    variables: variables.map(variableForm),
    config_files: config_files.map((file) => ({ ...NEW_FILE, ...file })),
  };
}

/** The README with what the source says before and after an installation, and where it comes from. */
function readmeOf({ readme, notes_start: before, notes_end: after, links, licence }: ImportedDraft): string {
  const places = links.map(({ label, url }) => `- [${label}](${url})`).join("\n");
  const parts = [
    readme,
    before && `## Before you begin\n\n${before}`,
    after && `## Once it runs\n\n${after}`,
    places && `## Links\n\n${places}`,
    licence && `Licence: ${licence}`,
  ];
  return parts.map((part) => part.trim()).filter(Boolean).join("\n\n");
}

/** The form of a template as it is; `version` is the one that saving makes. */
export function formOf(template: Template, version: string): TemplateForm {
  return {
    name: template.name,
    version,
    description: template.description ?? "",
    creator_name: template.creator_name ?? "",
    category: template.category ?? "",
    tags: (template.tags ?? []).join(", "),
    price_monthly_cents: String((template.price_monthly_cents ?? 0) / 100),
    resources_disk_mb: String(template.resources_disk_mb ?? 0),
    compose_spec: template.compose_spec ?? "",
    readme: template.readme ?? "",
    variables: template.variables.map(variableForm),
    config_files: (template.config_files ?? []).map((file) => ({ ...NEW_FILE, ...file })),
  };
}

const OTHER_NAMES: Record<string, VariableType> = { password: "secret", number: "integer", select: "enum" };

function variableForm(variable: Variable): VariableForm {
  const type = variable.type ?? "string";
  const { generator } = variable;
  const made = typeof generator === "object" && generator !== null ? generator : { kind: generator ?? "" };
  return {
    name: variable.name,
    type: OTHER_NAMES[type] ?? (type as VariableType),
    label: variable.label ?? "",
    description: variable.description ?? "",
    default: variable.default === null || variable.default === undefined ? "" : String(variable.default),
    required: variable.required ?? false,
    options: (variable.options ?? []).map(optionLine).join("\n"),
    validation: variable.validation ?? "",
    generator: made.kind ?? "password",
    length: String(("length" in made ? made.length : undefined) ?? NEW_VARIABLE.length),
    secret: ("secret" in made ? made.secret : undefined) ?? "",
    claims: claimsText("claims" in made ? made.claims : undefined),
  };
}

function claimsText(claims: string | object | undefined): string {
  return typeof claims === "object" ? JSON.stringify(claims) : (claims ?? NEW_VARIABLE.claims);
}

const LABELLED = " = ";

function optionLine(option: NonNullable<Variable["options"]>[number]): string {
  if (typeof option === "string") return option;
  return option.label ? `${option.value}${LABELLED}${option.label}` : option.value;
}

function optionOf(line: string): NonNullable<Variable["options"]>[number] {
  const [value = "", ...label] = line.split(LABELLED);
  return label.length > 0 ? { value: value.trim(), label: label.join(LABELLED).trim() } : line;
}

/** "4.5" dollars are 450 cents; what is no number is sent as it is, for the API to refuse. */
function centsOf(dollars: string): number | string {
  const amount = Number(dollars.trim() || "0");
  return Number.isFinite(amount) ? Math.round(amount * 100) : dollars;
}

function numberOf(text: string): number | string {
  const number = Number(text.trim() || "0");
  return Number.isInteger(number) ? number : text;
}

function namesOf(text: string, between: string | RegExp): string[] {
  return text.split(between).map((one) => one.trim()).filter(Boolean);
}

/** What is sent of a variable: what fits its type and is filled in. */
export function variableOf(form: VariableForm): Variable {
  const { name, type, label, description, required, validation, generator, length, secret, claims } = form;
  const canBeMade = type === "string" || type === "secret";
  return {
    name: name.trim(),
    type,
    required,
    ...(label.trim() && { label: label.trim() }),
    ...(description.trim() && { description: description.trim() }),
    ...(form.default !== "" && { default: form.default }),
    ...(type === "enum" && { options: namesOf(form.options, "\n").map(optionOf) }),
    ...(canBeMade && validation && { validation }),
    ...(canBeMade && generator && { generator: { kind: generator, length: Number(length), ...(generator === "jwt" && { secret, claims }) } }),
  };
}

export function sentOf(form: TemplateForm) {
  return {
    name: form.name.trim(),
    version: form.version.trim(),
    description: form.description.trim(),
    creator_name: form.creator_name.trim(),
    category: form.category.trim(),
    tags: namesOf(form.tags, ","),
    price_monthly_cents: centsOf(form.price_monthly_cents),
    resources_disk_mb: numberOf(form.resources_disk_mb),
    compose_spec: form.compose_spec,
    readme: form.readme,
    variables: form.variables.map(variableOf),
    config_files: form.config_files.map((file) => ({ ...file })),
  };
}

export type SentTemplate = ReturnType<typeof sentOf>;

const LISTING = ["name", "description", "creator_name", "category", "tags", "price_monthly_cents"] as const;
const PARTS = ["compose_spec", "readme", "variables", "config_files", "resources_disk_mb"] as const;

/** What a form changes: of what the version is made of, and of what the catalogue tells. */
export function changesOf(template: Template, sent: SentTemplate) {
  const before = sentOf(formOf(template, template.version));
  const differing = (names: readonly (keyof SentTemplate)[]) =>
    Object.fromEntries(
      names
        .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(sent[name]))
        .map((name) => [name, sent[name]]),
    );
  return { parts: differing(PARTS), listing: differing(LISTING) };
}

/** The names that a compose text fills in and nobody has defined. */
export function undefinedNames(compose: string, variables: VariableForm[]): string[] {
  const defined = new Set([...variables.map(({ name }) => name.trim()), ...PROVIDED]);
  const used = compose
    .replaceAll("$$", "")
    .replaceAll(/#.*$/gm, "")
    .matchAll(/\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g);
  const names = [...used].map(([, braced, bare]) => braced ?? bare ?? "");
  return [...new Set(names)].filter((name) => !defined.has(name));
}

/** What every text finds filled in. */
const PROVIDED = ["PWD", "COMPOSE_PROJECT_NAME", "HOSTER_HOST", "HOSTER_URL"];

/** A variable for a name that was found in the text, as its name suggests. */
export function suggested(name: string): VariableForm {
  const isSecret = /PASS|SECRET|TOKEN|KEY/i.test(name);
  const label = name.toLowerCase().replaceAll("_", " ");
  return {
    ...NEW_VARIABLE,
    name,
    label: label.charAt(0).toUpperCase() + label.slice(1),
    required: true,
    ...(isSecret && { type: "secret", generator: "password" }),
  };
}

/** "1.2.3" -> "1.2.4", "1.3.0-rc.1" -> "1.3.0": the least that is higher. */
export function nextVersion(version: string): string {
  const [, major = "0", minor = "0", patch = "0", rest = ""] = /^(\d+)\.(\d+)\.(\d+)(.*)$/.exec(version) ?? [];
  return rest.startsWith("-") ? `${major}.${minor}.${patch}` : `${major}.${minor}.${Number(patch) + 1}`;
}
