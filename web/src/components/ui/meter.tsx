/** How much of a bound is in use. */

import { cn } from "@/lib/cn";
import { outOf } from "@/lib/format";

interface MeterProps {
  name: string;
  used: number;
  /** Null where there is no bound. */
  bound: number | null;
  write: (amount: number) => string;
}

export function Meter({ name, used, bound, write }: MeterProps) {
  const portion = bound === null ? 0 : bound > 0 ? used / bound : 1;
  const isFull = bound !== null && used >= bound;
  const said = bound === null ? `${write(used)}, without a limit` : outOf(write(used), write(bound));
  return (
    <div>
      <div className="mb-1 flex justify-between gap-2 text-xs">
        <span className="text-muted">{name}</span>
        <span className={cn("tnum", isFull && "text-warn font-medium")}>
          {said}
          {isFull && ", all in use"}
        </span>
      </div>
      {bound !== null && (
        <div
          role="meter"
          aria-label={`${name} in use`}
          aria-valuemin={0}
          aria-valuemax={Math.max(bound, used)}
          aria-valuenow={used}
          aria-valuetext={said}
          className="bg-line h-2 overflow-hidden rounded-full"
        >
          <div
            style={{ width: `${Math.min(100, portion * 100)}%` }}
            className={cn("h-full rounded-full", isFull ? "bg-warn" : "bg-accent")}
          />
        </div>
      )}
    </div>
  );
}
