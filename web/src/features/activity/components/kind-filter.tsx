/** Narrows the trail to one kind of things. */

import { Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import { KIND_LABELS, KINDS, type Kind } from "../kinds";

export function KindFilter({ chosen }: { chosen: Kind | undefined }) {
  return (
    <nav aria-label="Kinds" className="-mx-4 overflow-x-auto px-4">
      <ul className="flex gap-1">
        {[undefined, ...KINDS].map((kind) => (
          <li key={kind ?? "all"}>
            <Link
              to={paths.activity}
              search={(before) => ({ ...before, kind })}
              replace
              resetScroll={false}
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={kind === chosen ? "true" : undefined}
              className={cn(
                "flex h-9 items-center rounded-md px-3 text-sm whitespace-nowrap transition-colors duration-150",
                kind === chosen ? "bg-accent-soft text-accent font-medium" : "text-muted hover:bg-hover hover:text-text",
              )}
            >
              {kind ? KIND_LABELS[kind] : "Everything"}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
