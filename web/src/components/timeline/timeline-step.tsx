/** One step of a timeline; open while it runs and when it failed. */

import { Check, Circle, LoaderCircle, Undo2, X } from "lucide-react";
import type { ReactNode } from "react";
import { stepName } from "@/config/kinds";
import type { Step, StepState } from "@/lib/api/types";
import { cn } from "@/lib/cn";
import { between, duration, size } from "@/lib/format";
import { Cause } from "./cause";

const LOOKS: Record<StepState, { icon: typeof Check; look: string; word: string }> = {
  waiting: { icon: Circle, look: "border-line text-line-strong bg-surface", word: "Waiting" },
  running: { icon: LoaderCircle, look: "border-work text-work bg-work-soft", word: "Running" },
  done: { icon: Check, look: "border-transparent text-run bg-run-soft", word: "Done" },
  failed: { icon: X, look: "border-fail text-fail bg-fail-soft", word: "Failed" },
  undone: { icon: Undo2, look: "border-transparent text-rest bg-rest-soft", word: "Undone" },
};

interface TimelineStepProps {
  step: Step;
  now: number;
  isLast: boolean;
  cause: string | null;
  evidence: ReactNode;
  remedies: ReactNode;
}

export function TimelineStep({ step, now, isLast, cause, evidence, remedies }: TimelineStepProps) {
  const { icon: Icon, look, word } = LOOKS[step.state];
  const isOpen = step.state === "running" || step.state === "failed";
  const message = step.message ?? (step.state === "failed" ? cause : null);
  const isTold = message !== null || step.progress !== null || step.state === "failed";
  return (
    <li aria-current={step.state === "running" ? "step" : undefined} className="relative flex gap-3 pb-3 last:pb-0">
      {!isLast && <span aria-hidden className="bg-line absolute top-7 bottom-1 left-3 w-px" />}
      <span className={cn("flex size-6 shrink-0 items-center justify-center rounded-full border", look)}>
        <Icon
          aria-hidden
          className={cn(step.state === "waiting" ? "size-2" : "size-4", step.state === "running" && "animate-spin")}
        />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-h-6 items-baseline gap-2">
          <span className={cn("text-sm", isOpen ? "font-semibold" : step.state === "waiting" && "text-muted")}>
            {stepName(step.name)}
          </span>
          <span className={step.state === "failed" ? "text-fail text-xs" : "sr-only"}>{word}</span>
          <span className="tnum text-muted ml-auto shrink-0 text-xs">{times(step, now)}</span>
        </div>
        {isOpen && isTold && (
          <div className="pt-1 pb-2">
            {message &&
              (step.state === "failed" ? (
                <Cause text={message} evidence={evidence} />
              ) : (
                <p className="text-muted text-sm break-words whitespace-pre-line">{message}</p>
              ))}
            {step.progress && <StepProgress {...step.progress} />}
            {step.state === "failed" && remedies && <div className="mt-3 flex flex-wrap gap-2">{remedies}</div>}
          </div>
        )}
      </div>
    </li>
  );
}

/** "4 s, usually 6 s": how long it has taken and how long it takes as a rule. */
function times(step: Step, now: number): string {
  const usual = step.usual_seconds ? `usually ${duration(step.usual_seconds)}` : "";
  if (step.state === "waiting") return usual;
  const elapsed = step.started_at ? duration(between(step.started_at, step.ended_at, now)) : "";
  return step.state === "running" && usual ? `${elapsed}, ${usual}` : elapsed;
}

function StepProgress({ done, total, unit }: { done: number; total: number; unit: string }) {
  const isBytes = unit === "bytes" || unit === "B";
  const write = (amount: number) => (isBytes ? size(amount / 1_048_576) : String(amount));
  const text = `${write(done)} of ${write(total)}${isBytes ? "" : ` ${unit}`}`;
  return (
    <div className="mt-2 flex items-center gap-3">
      <div
        role="progressbar"
        aria-label="Progress of this step"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={text}
        className="bg-hover h-1.5 max-w-80 flex-1 overflow-hidden rounded-full"
      >
        <div
          className="bg-work h-full transition-[width] duration-150"
          style={{ width: total > 0 ? `${Math.min(100, (done / total) * 100)}%` : "0%" }}
        />
      </div>
      <span className="tnum text-muted text-xs">{text}</span>
    </div>
  );
}
