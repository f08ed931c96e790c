/** An empty page: one sentence and one button. */

import type { ReactNode } from "react";

export function EmptyState({ sentence, children }: { sentence: string; children?: ReactNode }) {
  return (
    <div className="border-line flex flex-col items-center gap-4 rounded-md border border-dashed px-6 py-16 text-center">
      <p className="text-muted max-w-[48ch] text-sm text-balance">{sentence}</p>
      {children}
    </div>
  );
}
