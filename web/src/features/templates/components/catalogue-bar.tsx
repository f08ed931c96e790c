/** How many there are, in which order, and how they are shown. */

import { LayoutGrid, List } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { count } from "@/lib/format";
import type { Sort } from "../search";

interface CatalogueBarProps {
  found: number;
  sort: Sort | undefined;
  isList: boolean;
  /** One's own ones have no popularity, and are rows always. */
  isMine: boolean;
  onSort: (sort: Sort | undefined) => void;
  onLook: (look: "list" | undefined) => void;
}

export function CatalogueBar({ found, sort, isList, isMine, onSort, onLook }: CatalogueBarProps) {
  return (
    <div className="mb-3 flex min-h-9 flex-wrap items-center gap-2">
      <p role="status" className="text-muted tnum mr-auto text-sm">
        {count(found, "app")}
      </p>
      <Select
        aria-label="Order"
        className="w-auto!"
        value={sort ?? ""}
        onChange={({ target }) => onSort((target.value || undefined) as Sort | undefined)}
      >
        <option value="">Newest first</option>
        {!isMine && <option value="popular">Most used first</option>}
        <option value="name">By name</option>
        <option value="price">Cheapest first</option>
      </Select>
      <div role="group" aria-label="Show as" className="flex gap-1" hidden={isMine}>
        <Button look="ghost" size="icon" aria-label="Grid" title="Grid" aria-pressed={!isList} onClick={() => onLook(undefined)} className="aria-pressed:bg-hover aria-pressed:text-text">
          <LayoutGrid aria-hidden />
        </Button>
        <Button look="ghost" size="icon" aria-label="List" title="List" aria-pressed={isList} onClick={() => onLook("list")} className="aria-pressed:bg-hover aria-pressed:text-text">
          <List aria-hidden />
        </Button>
      </div>
    </div>
  );
}
