/** What the catalogue can be narrowed by, each choice with how much it would find. */

import { Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import { size, words } from "@/lib/format";
import type { Template } from "../api/list-templates";
import { facetsOf, narrowed, type Narrowed, type Narrowing, NARROWINGS } from "../search";

interface FacetsProps {
  /** What the words find, not narrowed yet. */
  templates: Template[];
  by: Narrowed;
  /** The words that are searched for; a choice keeps them. */
  query: string;
}

const TITLES: Record<Narrowing, { label: string; all: string }> = {
  category: { label: "Category", all: "All apps" },
  price: { label: "Price", all: "Any price" },
  memory: { label: "Memory", all: "Any size" },
};

function labelOf(name: Narrowing, value: string): string {
  return name === "memory" ? `Up to ${size(Number(value))}` : words(value);
}

export function Facets({ templates, by, query }: FacetsProps) {
  return (
    <div className="grid min-w-0 content-start gap-x-8 gap-y-2 md:gap-y-6">
      {NARROWINGS.map((name) => (
        <nav key={name} aria-label={TITLES[name].label} className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
          <h2 aria-hidden className="text-muted mb-1 hidden px-3 text-xs md:block">
            {TITLES[name].label}
          </h2>
          <ul className="flex gap-1 md:flex-col">
            <Choice
              name={name}
              value={undefined}
              label={TITLES[name].all}
              count={narrowed(templates, by, name).length}
              isChosen={by[name] === undefined}
              query={query}
            />
            {facetsOf(templates, name, by).map(({ value, count }) => (
              <Choice
                key={value}
                name={name}
                value={value}
                label={labelOf(name, value)}
                count={count}
                isChosen={by[name] === value}
                query={query}
              />
            ))}
          </ul>
        </nav>
      ))}
    </div>
  );
}

interface ChoiceProps {
  name: Narrowing;
  value: string | undefined;
  label: string;
  count: number;
  isChosen: boolean;
  query: string;
}

function Choice({ name, value, label, count, isChosen, query }: ChoiceProps) {
  return (
    <li>
      <Link
        from={paths.catalogue}
        to={paths.catalogue}
        search={(before) => ({ ...before, q: query || undefined, [name]: value })}
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
