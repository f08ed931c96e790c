/** Reads variables as people keep them: lines of a .env file. */

export interface EnvText {
  values: Record<string, string>;
  /** Lines that say nothing, by their numbers from 1. */
  faults: number[];
}

const LINE = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s;
const QUOTED = /^("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:#.*)?$/s;

/** The last line for a name counts. Values in quotes may go over several lines. */
export function readEnv(text: string): EnvText {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const values: Record<string, string> = {};
  const faults: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? "").trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name, first] = LINE.exec(line) ?? [];
    if (name === undefined || first === undefined) {
      faults.push(index + 1);
      continue;
    }
    let raw = first;
    let end = index;
    if (/^["']/.test(raw)) {
      while (!QUOTED.test(raw) && end + 1 < lines.length) raw += `\n${lines[++end] ?? ""}`;
      if (QUOTED.test(raw)) index = end;
      else raw = first;
    }
    values[name] = valueOf(raw);
  }
  return { values, faults };
}

function valueOf(raw: string): string {
  const [, quoted] = QUOTED.exec(raw) ?? [];
  if (quoted === undefined) return raw.replace(/\s+#.*$/, "").trim();
  const inner = quoted.slice(1, -1);
  return quoted.startsWith("'") ? inner : inner.replace(/\\(.)/gs, (_, sign: string) => ESCAPES[sign] ?? sign);
}

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
