/** The search field of the catalogue: answers as one types, Esc empties it. */

import { Search } from "lucide-react";
import { Input } from "@/components/ui/field";

interface CatalogueSearchProps {
  value: string;
  onChange: (text: string) => void;
}

export function CatalogueSearch({ value, onChange }: CatalogueSearchProps) {
  return (
    <div className="relative md:col-start-2" role="search">
      <Search aria-hidden className="text-muted absolute top-1/2 left-3 size-4 -translate-y-1/2" />
      <Input
        type="search"
        aria-label="Search apps"
        placeholder="Search apps"
        className="h-11 pr-10 pl-9 text-base"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onChange("");
        }}
      />
      <kbd aria-hidden className="border-line text-muted absolute top-1/2 right-3 hidden -translate-y-1/2 rounded-sm border px-1.5 font-mono text-xs sm:block">
        /
      </kbd>
    </div>
  );
}
