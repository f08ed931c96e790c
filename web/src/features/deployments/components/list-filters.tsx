/** Search, state, server and order of the list of apps, kept in the URL. */

import { Search } from "lucide-react";
import { Input, Select } from "@/components/ui/field";
import { cn } from "@/lib/cn";
import type { Node } from "../../nodes/api/list-nodes";
import type { Deployment } from "../api/list-deployments";
import { GROUPS, isIn, SORTS, type Filter, type Group, type Sort } from "../filtering";

const GROUP_NAMES: Record<Group, string> = {
  running: "Running",
  working: "Working",
  stopped: "Stopped",
  attention: "Needs attention",
};

const SORT_NAMES: Record<Sort, string> = {
  newest: "Newest first",
  oldest: "Oldest first",
  name: "By name",
  price: "By price",
};

interface ListFiltersProps {
  deployments: Deployment[];
  nodes: Node[];
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function ListFilters({ deployments, nodes, filter, onChange }: ListFiltersProps) {
  const change = (part: Filter) => onChange({ ...filter, ...part });
  const groups = [undefined, ...GROUPS];
  return (
    <div className="mb-4 grid gap-3">
      <div className="flex flex-wrap gap-2">
        <div className="relative min-w-0 flex-1 basis-52">
          <Search aria-hidden className="text-muted pointer-events-none absolute top-2.5 left-3 size-4" />
          <Input
            type="search"
            aria-label="Search your apps"
            placeholder="Search by name or address"
            value={filter.q ?? ""}
            className="pl-9"
            onChange={({ target }) => change({ q: target.value === "" ? undefined : target.value })}
          />
        </div>
        {nodes.length > 1 && (
          <Select
            aria-label="Server"
            className="w-auto! max-w-52"
            value={filter.server ?? ""}
            onChange={({ target }) => change({ server: target.value === "" ? undefined : target.value })}
          >
            <option value="">All servers</option>
            {nodes.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
        <Select
          aria-label="Order"
          className="w-auto!"
          value={filter.sort ?? "newest"}
          onChange={({ target }) => {
            const sort = SORTS.find((one) => one === target.value);
            change({ sort: sort === "newest" ? undefined : sort });
          }}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_NAMES[sort]}
            </option>
          ))}
        </Select>
      </div>
      <div role="group" aria-label="State" className="-mx-1 flex gap-1 overflow-x-auto px-1 py-1">
        {groups.map((group) => {
          const isOn = filter.status === group;
          const number = group ? deployments.filter((one) => isIn(group, one)).length : deployments.length;
          return (
            <button
              key={group ?? "all"}
              type="button"
              aria-pressed={isOn}
              onClick={() => change({ status: group })}
              className={cn(
                "flex h-8 shrink-0 items-center gap-2 rounded-full border px-3 text-xs font-medium transition-colors duration-150",
                isOn ? "border-accent bg-accent-soft text-text" : "border-line text-muted hover:bg-hover hover:text-text",
              )}
            >
              {group ? GROUP_NAMES[group] : "All"}
              <span className="tnum">{number}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
