/** The categories to narrow the catalogue by. */

import { Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import { words } from "@/lib/format";
import type { Facet } from "../search";

interface CategoryFacetsProps {
  facets: Facet[];
  total: number;
  chosen: string | undefined;
  /** The words that are searched for; a choice of category keeps them. */
  query: string;
}

export function CategoryFacets({ facets, total, chosen, query }: CategoryFacetsProps) {
  return (
    <nav aria-label="Categories" className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex gap-1 md:flex-col">
        <Choice
          category={undefined}
          label="All apps"
          count={total}
          isChosen={chosen === undefined}
          query={query}
        />
        {facets.map(({ category, count }) => (
          <Choice
            key={category}
            category={category}
            label={words(category)}
            count={count}
            isChosen={chosen === category}
            query={query}
          />
        ))}
      </ul>
    </nav>
  );
}

interface ChoiceProps {
  category: string | undefined;
  label: string;
  count: number;
  isChosen: boolean;
  query: string;
}

function Choice({ category, label, count, isChosen, query }: ChoiceProps) {
  return (
    <li>
      <Link
        to={paths.catalogue}
        search={{ q: query || undefined, category }}
        replace
        resetScroll={false}
        aria-current={isChosen ? "true" : undefined}
        className={cn(
          "flex h-8 items-center justify-between gap-3 rounded-md px-3 text-sm whitespace-nowrap transition-colors duration-150",
          isChosen ? "bg-accent-soft text-accent font-medium" : "text-muted hover:bg-hover hover:text-text",
        )}
      >
        {label}
        <span className="tnum text-xs">{count}</span>
      </Link>
    </li>
  );
}
