/** The narrow page of everything that stands before one is in. */

import type { ReactNode } from "react";

interface EntrancePageProps {
  title: string;
  /** What the browser's tab says; the title without it. */
  tab?: string;
  children: ReactNode;
}

export function EntrancePage({ title, tab = title, children }: EntrancePageProps) {
  return (
    <div className="mx-auto w-full max-w-[380px] py-6 sm:py-12">
      <title>{`${tab} · Hoster`}</title>
      <h1 className="mb-6 text-lg">{title}</h1>
      {children}
    </div>
  );
}
