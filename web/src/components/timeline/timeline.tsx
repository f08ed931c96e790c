/** The life of a piece of work: its steps, one below the other, as they really go. */

import { ChevronDown } from "lucide-react";
import { useState, type ReactNode } from "react";
import { stepName, wordsOf } from "@/config/kinds";
import type { Step, TimelineAttributes } from "@/lib/api/types";
import { cn } from "@/lib/cn";
import { between, duration } from "@/lib/format";
import { useNow } from "@/lib/use-now";
import { Cause } from "./cause";
import { TimelineStep } from "./timeline-step";

interface TimelineProps {
  timeline: TimelineAttributes;
  /** Shown in the failed step: the cause, if the step itself says none. */
  cause?: string | null;
  /** Shown below the cause: what tells more of it. */
  evidence?: ReactNode;
  /** The buttons that mend a failure. */
  remedies?: ReactNode;
  /** Buttons for work that goes on. */
  aside?: ReactNode;
}

export function Timeline({ timeline, cause, evidence, remedies, aside }: TimelineProps) {
  const { steps, kind } = timeline;
  const isLive = steps.some((step) => step.state === "running") || timeline.state === "running";
  const hasFailed = timeline.state === "failed" || steps.some((step) => step.state === "failed");
  // What ended well before the page was opened is told in one line; what was watched stays open.
  const [isOpen, setOpen] = useState(isLive || hasFailed);
  const [wasWatched, setWatched] = useState(isLive);
  if (isLive && !wasWatched) setWatched(true);
  const now = useNow(isLive);
  // Work that was cancelled, or that ended between two steps, failed in none of them.
  const isUntold = hasFailed && !steps.some((step) => step.state === "failed");
  if (steps.length === 0) return null;
  const took = duration(total(steps, now));
  const said = wordsOf(kind);
  const heading = isLive ? said.doing : hasFailed ? said.failed : `${said.done} in ${took}`;

  return (
    <section aria-label="Timeline" className="border-line bg-surface rounded-md border">
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
        <h2 className="min-w-0 flex-1 text-sm font-semibold">
          {heading}
          {(isLive || hasFailed) && <span className="tnum text-muted ml-2 font-normal">{took}</span>}
        </h2>
        {aside}
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="text-muted hover:text-text inline-flex h-7 items-center gap-1 rounded-md px-2 text-xs"
        >
          {isOpen ? "Hide steps" : "Show steps"}
          <ChevronDown aria-hidden className={cn("size-4 transition-transform duration-150", isOpen && "rotate-180")} />
        </button>
      </header>
      <p className="sr-only" role="status">
        {announcement(steps, heading)}
      </p>
      {isOpen && (
        <ol
          className="border-line border-t px-4 py-3"
          style={wasWatched ? { minHeight: roomFor(steps.length) } : undefined}
        >
          {steps.map((step, index) => (
            <TimelineStep
              key={step.name}
              step={step}
              now={now}
              isLast={index === steps.length - 1}
              cause={cause ?? null}
              evidence={evidence}
              remedies={remedies}
            />
          ))}
        </ol>
      )}
      {isOpen && isUntold && (
        <div className="border-line border-t px-4 py-3">
          {cause && <Cause text={cause} evidence={evidence} />}
          {remedies && <div className="mt-3 flex flex-wrap gap-2">{remedies}</div>}
        </div>
      )}
    </section>
  );
}

/** The height of the list with one step open, in pixels: what stands below it stays where it is. */
function roomFor(steps: number): number {
  const row = 36;
  const open = 60;
  const edges = 13;
  return steps * row + open + edges;
}

/** Seconds from the first start to the last end, or to now. */
function total(steps: Step[], now: number): number {
  const starts = steps.flatMap((step) => (step.started_at ? [step.started_at] : [])).sort();
  const isOpen = steps.some((step) => step.state === "running");
  const ends = steps.flatMap((step) => (step.ended_at ? [step.ended_at] : [])).sort();
  return between(starts[0] ?? null, isOpen ? null : (ends.at(-1) ?? null), now);
}

function announcement(steps: Step[], heading: string): string {
  const current = steps.find((step) => step.state === "running" || step.state === "failed");
  return current ? `${heading}: ${stepName(current.name)}, ${current.state}` : heading;
}
