/** The words for what a version changes. */

import type { VersionChange } from "@/lib/api/types";

/** Each kind: what it is called when it is named, and whether its values say anything to people. */
const KINDS: Record<string, { word: (name: string) => string; isShown: boolean }> = {
  service: { word: (name) => `service ${name}`, isShown: true },
  image: { word: (name) => `image of ${name}`, isShown: true },
  command: { word: (name) => `command of ${name}`, isShown: true },
  environment: { word: (name) => `environment of ${name}`, isShown: false },
  port: { word: (name) => `ports of ${name}`, isShown: true },
  route: { word: () => "where its address leads", isShown: true },
  mount: { word: (name) => `volumes in ${name}`, isShown: true },
  volume: { word: (name) => `volume ${name}`, isShown: false },
  health: { word: (name) => `health check of ${name}`, isShown: true },
  memory_mb: { word: (name) => `memory of ${name} (MB)`, isShown: true },
  cpus: { word: (name) => `CPU cores of ${name}`, isShown: true },
  dump: { word: (name) => `dump of ${name}`, isShown: true },
  restart: { word: (name) => `restart of ${name}`, isShown: true },
  variable: { word: (name) => `variable ${name}`, isShown: true },
  file: { word: (name) => `file ${name}`, isShown: true },
};

export interface ChangeWords {
  sign: "+" | "−" | "~";
  what: string;
  /** From what to what; empty where that says nothing. */
  detail: string;
}

export function changeWords({ kind, name, before, after }: VersionChange): ChangeWords {
  const { word, isShown } = KINDS[kind] ?? { word: (of: string) => `${kind} ${of}`.trim(), isShown: true };
  const what = word(name);
  if (before === null) return { sign: "+", what: `New ${what}`, detail: isShown ? (after ?? "") : "" };
  if (after === null) return { sign: "−", what: `No more ${what}`, detail: isShown ? before : "" };
  const detail = isShown ? `${before} → ${after}` : "";
  return { sign: "~", what: what.charAt(0).toUpperCase() + what.slice(1), detail };
}
