/** Rows and columns with a head; scrolls by itself where the page is narrow. */

import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";

interface TableProps {
  /** What it lists, for who does not see it. */
  label: string;
  children: ReactNode;
  className?: string;
}

export function Table({ label, children, className }: TableProps) {
  return (
    // What scrolls can be scrolled by the keyboard too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="relative overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table aria-label={label} className={cn("w-full border-collapse text-sm", className)}>
        {children}
      </table>
    </div>
  );
}

type Side = "left" | "right";

export function Th({ side = "left", className, ...rest }: ComponentProps<"th"> & { side?: Side }) {
  return (
    <th
      scope="col"
      {...rest}
      className={cn(
        "border-line text-muted h-9 border-b px-2 text-xs first:pl-4 last:pr-4 font-medium whitespace-nowrap",
        side === "right" ? "text-right" : "text-left",
        className,
      )}
    />
  );
}

interface TdProps extends ComponentProps<"td"> {
  side?: Side;
  isTight?: boolean;
}

/** Numbers stand right and line up. */
export function Td({ side = "left", isTight = false, className, ...rest }: TdProps) {
  return (
    <td
      {...rest}
      className={cn(
        "px-2 align-middle first:pl-4 last:pr-4",
        isTight ? "py-1" : "py-3",
        side === "right" && "tnum text-right whitespace-nowrap",
        className,
      )}
    />
  );
}
