/** What went wrong with a call, in words for the person and with the field that it is about. */

export interface Problem {
  code: string;
  title: string;
  detail: string;
  pointer: string | null;
  /** The line of the text that it is about, counted from 1, where there is one. */
  line?: number | null;
}

export class ApiError extends Error {
  override readonly name = "ApiError";

  /** `status` is 0 when no answer came back. */
  constructor(
    readonly status: number,
    readonly problems: Problem[],
  ) {
    super(problems[0]?.detail ?? problems[0]?.title ?? "The request failed.");
  }

  get code(): string {
    return this.problems[0]?.code ?? "";
  }
}

export const UNREACHABLE = new ApiError(0, [
  {
    code: "unreachable",
    title: "No answer",
    detail: "Hoster cannot be reached. Check your connection and try again.",
    pointer: null,
  },
]);

/** Reads any error body: JSON:API, the gateway's flat `{error}`, or something that is no JSON. */
export function errorFrom(status: number, body: string): ApiError {
  const problems = read(body);
  return new ApiError(status, problems.length > 0 ? problems : [unexplained(status)]);
}

function read(body: string): Problem[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [];
  }
  if (typeof parsed !== "object" || parsed === null) return [];
  const { errors, error } = parsed as { errors?: unknown; error?: unknown };
  if (Array.isArray(errors)) return errors.map(problem);
  if (typeof error === "string") return [{ code: "", title: "", detail: sentence(error), pointer: null }];
  return [];
}

interface WireError {
  code?: string;
  title?: string;
  detail?: string;
  source?: { pointer?: string | null } | null;
  meta?: { line?: number } | null;
}

function problem(raw: unknown): Problem {
  const { code, title, detail, source, meta } = raw as WireError;
  return {
    code: code ?? "",
    title: title ?? "",
    detail: detail ?? title ?? "The request failed.",
    pointer: source?.pointer ?? null,
    line: meta?.line ?? null,
  };
}

/** "invalid email or password" -> "Invalid email or password." */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}

function unexplained(status: number): Problem {
  const detail =
    status === 429
      ? "Too many requests. Wait a moment and try again."
      : status >= 500
        ? `Hoster could not answer (${status}). Try again in a moment.`
        : `The request was refused (${status}).`;
  return { code: "", title: "", detail, pointer: null };
}

/** Errors by field: `/data/attributes/variables/DB_NAME` becomes `variables.DB_NAME`. */
export function fieldErrors(error: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, detail } of error instanceof ApiError ? error.problems : []) {
    const field = fieldOf(pointer);
    if (field) found[field] ??= detail;
  }
  return found;
}

/** What belongs to no field of the form, as one text; null when every error has its field. */
export function formError(error: unknown, fields: readonly string[]): string | null {
  if (!error) return null;
  if (!(error instanceof ApiError)) return "Something went wrong in this page. Reload it and try again.";
  const rest = error.problems.filter(({ pointer }) => !fields.includes(fieldOf(pointer) ?? ""));
  return rest.length > 0 ? rest.map(({ detail }) => detail).join(" ") : null;
}

/** Whether a thing is not there, or not there any more. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** The sentence that tells an error. */
export function reason(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong in this page. Reload it and try again.";
}

/** `/data/attributes/variables/0/name` -> `variables.0.name`; null for what is of no field. */
export function fieldOf(pointer: string | null): string | null {
  if (!pointer) return null;
  const path = pointer.replace(/^\/data\/(attributes\/)?/, "").replace(/^\//, "");
  return path ? path.replaceAll("/", ".") : null;
}
