/** The pages of one part of the app, beside each other. */

import { Link, type LinkProps } from "@tanstack/react-router";
import { useCurrentInSight } from "./use-current-in-sight";

interface Page {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  /** Whether the other pages lie below it. */
  isFirst?: boolean;
}

interface SectionNavProps {
  label: string;
  pages: readonly Page[];
}

export function SectionNav({ label, pages }: SectionNavProps) {
  const bar = useCurrentInSight();
  return (
    <nav ref={bar} aria-label={label} className="border-line mb-6 flex gap-1 overflow-x-auto border-b print:hidden">
      {pages.map((page) => (
        <Link
          key={page.to}
          to={page.to}
          activeOptions={{ includeSearch: false, exact: page.isFirst ?? false }}
          className="text-muted hover:text-text aria-[current=page]:text-text aria-[current=page]:border-accent -mb-px flex h-10 shrink-0 items-center border-b-2 border-transparent px-3 text-sm font-medium transition-colors duration-150"
        >
          {page.label}
        </Link>
      ))}
    </nav>
  );
}
