/** How much of something is taken, by whom, and how much there is. */

import { cn } from "@/lib/cn";
import { outOf } from "@/lib/format";

export interface Share {
  label: string;
  amount: number;
}

interface CapacityBarProps {
  name: string;
  shares: Share[];
  used: number;
  total: number;
  write: (amount: number) => string;
}

/** The shares that are known are drawn one by one; what else is used follows in grey. */
export function CapacityBar({ name, shares, used, total, write }: CapacityBarProps) {
  const known = shares.reduce((sum, share) => sum + share.amount, 0);
  const other = Math.max(0, used - known);
  const portion = total > 0 ? used / total : 0;
  const said = outOf(write(used), write(total));
  const percent = (amount: number) => (total > 0 ? `${Math.min(100, (amount / total) * 100)}%` : "0%");
  return (
    <div>
      <div className="mb-1 flex justify-between gap-2 text-xs">
        <span className="text-muted">{name}</span>
        <span className={cn("tnum", portion > 0.9 && "text-warn font-medium")}>
          {said}
          {portion > 0.9 && ", nearly full"}
        </span>
      </div>
      <div
        role="meter"
        aria-label={`${name} in use`}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={used}
        aria-valuetext={said}
        className="bg-line flex h-2 gap-px overflow-hidden rounded-full"
      >
        {shares.map((share, index) => (
          <span
            key={share.label}
            title={`${share.label}: ${write(share.amount)}`}
            style={{ width: percent(share.amount), opacity: 1 - (index % 4) * 0.2 }}
            className="bg-accent h-full"
          />
        ))}
        {other > 0 && (
          <span
            title={`Other: ${write(other)}`}
            style={{ width: percent(other) }}
            className="bg-line-strong h-full"
          />
        )}
      </div>
    </div>
  );
}
