/** A state as icon, word and hue together. */

import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  LoaderCircle,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import { cn } from "@/lib/cn";
import { words } from "@/lib/format";

const HUES = {
  run: { look: "text-run bg-run-soft", icon: CircleCheck },
  work: { look: "text-work bg-work-soft", icon: LoaderCircle },
  warn: { look: "text-warn bg-warn-soft", icon: CircleAlert },
  fail: { look: "text-fail bg-fail-soft", icon: CircleX },
  rest: { look: "text-rest bg-rest-soft", icon: CircleDashed },
} as const;

export type Hue = keyof typeof HUES;

const STATES: Record<string, { hue: Hue; word?: string; icon?: LucideIcon }> = {
  pending: { hue: "rest" },
  scheduled: { hue: "work" },
  starting: { hue: "work" },
  running: { hue: "run" },
  stopping: { hue: "work" },
  stopped: { hue: "rest", icon: CirclePause },
  deleting: { hue: "work" },
  deleted: { hue: "rest" },
  failed: { hue: "fail" },
  creating: { hue: "work" },
  configuring: { hue: "work", word: "Setting up" },
  ready: { hue: "run" },
  destroying: { hue: "work" },
  destroyed: { hue: "rest" },
  online: { hue: "run" },
  offline: { hue: "warn" },
  maintenance: { hue: "rest", icon: Wrench },
  lost: { hue: "fail" },
  healthy: { hue: "run" },
  degraded: { hue: "warn" },
  unhealthy: { hue: "warn" },
  unreachable: { hue: "warn" },
  verified: { hue: "run" },
  failing: { hue: "warn" },
  unrouted: { hue: "warn", word: "Not routed" },
  exited: { hue: "fail" },
  unchecked: { hue: "rest", word: "Not checked yet" },
  valid: { hue: "run" },
  invalid: { hue: "fail" },
};

interface StatusProps {
  state: string;
  /** Says another word than the state's own. */
  word?: string;
  hue?: Hue;
}

export function Status({ state, word, hue }: StatusProps) {
  const known = STATES[state] ?? { hue: "rest" };
  const shown = hue ?? known.hue;
  const Icon = known.icon ?? HUES[shown].icon;
  return (
    <span
      className={cn(
        "inline-flex h-6 shrink-0 whitespace-nowrap items-center gap-1 rounded-full pr-2 pl-1 text-xs font-medium",
        HUES[shown].look,
      )}
    >
      <Icon aria-hidden className={cn("size-4", shown === "work" && "animate-spin")} />
      {word ?? known.word ?? words(state)}
    </span>
  );
}
