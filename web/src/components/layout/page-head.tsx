/** A page's title, what it is about, and what can be done on it. */

import type { ReactNode } from "react";
import { titled } from "@/lib/sign";

interface PageHeadProps {
  title: string;
  text?: ReactNode;
  /** What the browser's tab tells of what the page shows. */
  sign?: string | undefined;
  /** How what the page shows is, beside its title. */
  state?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, text, sign, state, children }: PageHeadProps) {
  return (
    <header className="mb-6 flex min-h-9 flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <title>{titled(title, sign)}</title>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-lg">{title}</h1>
          {state}
        </div>
        {text && <p className="text-muted mt-1 max-w-[80ch] text-sm text-pretty">{text}</p>}
      </div>
      {children}
    </header>
  );
}
