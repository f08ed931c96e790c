/** A bordered surface, with a heading where it has one. */

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

interface CardProps {
  title?: string;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Card({ title, aside, className, children }: CardProps) {
  return (
    <section className={cn("border-line bg-surface min-w-0 rounded-md border", className)}>
      {title && (
        <header className="border-line flex min-h-12 items-center justify-between gap-3 border-b px-4">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names and values, one a row. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="divide-line divide-y text-sm">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 px-4 py-2">
      <dt className="text-muted shrink-0">{name}</dt>
      <dd className="tnum min-w-0 text-right break-words">{children}</dd>
    </div>
  );
}

/** A fact that needs the whole width: an address, an id. */
export function LongFact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="px-4 py-2">
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-h-7 min-w-0 items-center">{children}</dd>
    </div>
  );
}
