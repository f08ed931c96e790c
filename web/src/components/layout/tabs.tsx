/** The parts of a page, each with a URL of its own. */

import { Link } from "@tanstack/react-router";
import { useCurrentInSight } from "./use-current-in-sight";

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
  const bar = useCurrentInSight();
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
