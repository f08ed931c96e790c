/** The main navigation of a wide page; the present page's way is marked. */

import { Link, useLocation } from "@tanstack/react-router";
import type { Way } from "./ways";

export function MainNav({ ways }: { ways: readonly Way[] }) {
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <nav aria-label="Main" className="hidden lg:flex lg:gap-1">
      {ways.map(({ to, label, holds }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ includeSearch: false }}
          data-here={holds?.includes(path) ? "" : undefined}
          className="text-muted hover:text-text data-here:text-text data-here:border-accent aria-[current=page]:text-text aria-[current=page]:border-accent flex h-14 items-center border-b-2 border-transparent px-2 text-sm font-medium transition-colors duration-150"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
