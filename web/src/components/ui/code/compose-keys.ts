/** Offers the keys of compose, by how deep the line stands. */

import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

const TOP = ["services", "volumes", "networks", "configs", "secrets", "x-hoster"];
const OF_SERVICE = [
  ...["image", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "tmpfs"],
  ...["configs", "secrets", "networks", "depends_on", "healthcheck", "restart", "deploy", "cpus", "mem_limit"],
  ...["pids_limit", "ulimits", "shm_size", "user", "working_dir", "hostname", "labels", "init", "stop_signal"],
  ...["stop_grace_period", "extra_hosts", "dns", "sysctls", "cap_drop", "cap_add", "read_only", "profiles", "extends"],
];
const INDENT = 2;

export function completeCompose(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const typed = /^(\s*)([\w-]*)$/.exec(line.text.slice(0, context.pos - line.from));
  if (!typed) return null;
  const [, indent = "", word = ""] = typed;
  if (word === "" && !context.explicit) return null;
  const keys = keysAt(indent.length, () => sectionAbove(context, line.number));
  if (keys.length === 0) return null;
  return {
    from: context.pos - word.length,
    options: keys.map((key) => ({ label: key, type: "property", apply: `${key}: ` })),
    validFor: /^[\w-]*$/,
  };
}

function keysAt(depth: number, section: () => string): string[] {
  if (depth === 0) return TOP;
  return depth === 2 * INDENT && section() === "services" ? OF_SERVICE : [];
}

/** The top-level key that a line stands under. */
function sectionAbove(context: CompletionContext, from: number): string {
  for (let number = from; number >= 1; number--) {
    const key = /^([\w-]+):/.exec(context.state.doc.line(number).text);
    if (key) return key[1] ?? "";
  }
  return "";
}
