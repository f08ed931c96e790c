/** The parts of a page, each with a URL of its own. */

import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** How much of the tab before it is seen, in pixels. */
const SEEN_BEFORE = 48;

type TabPath =
  | "/deployments/$id"
  | "/deployments/$id/logs"
  | "/deployments/$id/metrics"
  | "/deployments/$id/domains"
  | "/deployments/$id/variables"
  | "/deployments/$id/versions"
  | "/deployments/$id/backups"
  | "/deployments/$id/events"
  | "/deployments/$id/settings";

interface TabsProps {
  label: string;
  tabs: readonly { to: TabPath; label: string }[];
  id: string;
}

export function Tabs({ label, tabs, id }: TabsProps) {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the tab that one is on may lie beside it.
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (bar.current && current) bar.current.scrollLeft = current.offsetLeft - bar.current.offsetLeft - SEEN_BEFORE;
  }, [pathname]);
  return (
    <nav ref={bar} aria-label={label} className="border-line mb-6 flex gap-1 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          params={{ id }}
          replace
          resetScroll={false}
          activeOptions={{ exact: true }}
          className="text-muted hover:text-text aria-[current=page]:text-text aria-[current=page]:border-accent -mb-px flex h-10 items-center border-b-2 border-transparent px-3 text-sm font-medium transition-colors duration-150"
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
