/** The main navigation of a wide page; the present page's way is marked. */

import { Link } from "@tanstack/react-router";
import type { Way } from "./ways";

export function MainNav({ ways }: { ways: readonly Way[] }) {
  return (
    <nav aria-label="Main" className="hidden lg:flex lg:gap-1">
      {ways.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ includeSearch: false }}
          className="text-muted hover:text-text aria-[current=page]:text-text aria-[current=page]:border-accent flex h-14 items-center border-b-2 border-transparent px-2 text-sm font-medium transition-colors duration-150"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
