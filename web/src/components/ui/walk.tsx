/** The arrow keys go through the links within; its ends are ends. */

import type { KeyboardEvent, ReactNode } from "react";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function Walk({ children }: { children: ReactNode }) {
  return (
    <div role="presentation" onKeyDown={walk}>
      {children}
    </div>
  );
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const from = links.findIndex((link) => link === document.activeElement);
  const next = from < 0 ? undefined : links[from + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
