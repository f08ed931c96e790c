/** Reads how grave a line of a log is, whatever wrote it. */

export type Level = "error" | "warn" | "info" | "debug";

export const LEVELS: readonly Level[] = ["error", "warn", "info", "debug"];

const NAMES: Record<string, Level> = {
  emerg: "error",
  emergency: "error",
  alert: "error",
  crit: "error",
  critical: "error",
  fatal: "error",
  panic: "error",
  severe: "error",
  err: "error",
  eror: "error",
  error: "error",
  warn: "warn",
  warning: "warn",
  notice: "info",
  info: "info",
  information: "info",
  log: "info",
  debug: "debug",
  dbg: "debug",
  trace: "debug",
  verbose: "debug",
};

const NAME = Object.keys(NAMES).sort((a, b) => b.length - a.length).join("|");

/** `"level":"error"`, `level=warn`, `severity: ERROR`; pino and bunyan write numbers. */
const FIELD = new RegExp(`"?\\b(?:level|lvl|severity|log\\.level)"?\\s*[=:]\\s*"?(${NAME}|[1-6]0)\\b`, "i");
/** `[error]`, `<warn>`, `(info)`, `[12#12: notice]`, wherever near the beginning. */
const BRACKETED = new RegExp(`^.{0,60}?[[<(](?:[^\\]>)]{0,24}[\\s:])?(${NAME})[\\]>)]`, "i");
/** `ERROR: …`, `2026-01-01 12:00:00 WARN …`: a word of its own near the beginning, in capitals or with a colon. */
const WORD = new RegExp(`^.{0,60}?(?:^|[\\s|])(?:(${NAME.toUpperCase()})(?=[\\s:|]|$)|(${NAME})(?=:))`);
const WORD_ANY_CASE = new RegExp(`^(${NAME})(?=:|\\s*\\|)`, "i");
/** `E0102 15:04:05.000000`: the manner of Kubernetes. */
const KLOG = /^([EWIF])\d{4} \d\d:/;
/** `"GET / HTTP/1.1" 502 …`: what servers write of requests. */
const REQUEST = /" HTTP\/\d(?:\.\d)?"? (\d)\d\d\b|HTTP\/\d(?:\.\d)?" (\d)\d\d\b/;

const NUMBERS: Record<string, Level> = { "10": "debug", "20": "debug", "30": "info", "40": "warn", "50": "error", "60": "error" };
const LETTERS: Record<string, Level> = { E: "error", F: "error", W: "warn", I: "info" };

/** The level that a line states; null where it states none. */
export function levelOf(message: string): Level | null {
  const text = message.slice(0, 400);
  const field = FIELD.exec(text)?.[1];
  if (field) return NUMBERS[field] ?? NAMES[field.toLowerCase()] ?? null;
  const klog = KLOG.exec(text)?.[1];
  if (klog) return LETTERS[klog] ?? null;
  const word = BRACKETED.exec(text) ?? WORD.exec(text) ?? WORD_ANY_CASE.exec(text);
  const name = word?.[1] ?? word?.[2];
  if (name) return NAMES[name.toLowerCase()] ?? null;
  const request = REQUEST.exec(text);
  const status = request?.[1] ?? request?.[2];
  if (status === "5") return "error";
  if (status === "4") return "warn";
  return null;
}

// eslint-disable-next-line no-control-regex -- what terminals are told begins with this character
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** A line without what tells a terminal its colours. */
export function plain(message: string): string {
  return message.includes("\u001b") ? message.replace(TERMINAL, "") : message;
}
