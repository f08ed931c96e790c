/** Narrows what was used to one app, one kind and one month. */

import { Chooser } from "@/components/ui/chooser";
import { latestMonths, monthName } from "@/lib/months";
import { useNow } from "@/lib/use-now";
import { kindName, USAGE_KINDS, type UsageChoice } from "../usage";
import type { Apps } from "./line-words";

/** Months that are offered; an address may name any. */
const MONTHS = 24;

interface UsageFiltersProps {
  apps: Apps;
  choice: UsageChoice;
  onChoose: (choice: UsageChoice) => void;
}

export function UsageFilters({ apps, choice, onChoose }: UsageFiltersProps) {
  const months = latestMonths(useNow(), MONTHS);
  const named = [...apps].map(([value, word]) => ({ value, word }));
  return (
    <div role="group" aria-label="Which usage" className="mb-4 flex flex-wrap gap-2">
      <Chooser
        label="App"
        value={choice.app ?? ""}
        options={[{ value: "", word: "All apps" }, ...named]}
        onChoose={(app) => onChoose({ ...choice, app: app || undefined })}
      />
      <Chooser
        label="Kind"
        value={choice.kind ?? ""}
        options={[{ value: "", word: "All kinds" }, ...USAGE_KINDS.map((value) => ({ value, word: kindName(value) }))]}
        onChoose={(kind) => onChoose({ ...choice, kind: kind || undefined })}
      />
      <Chooser
        label="Month"
        value={choice.month ?? ""}
        options={[{ value: "", word: "All months" }, ...months.map((value) => ({ value, word: monthName(value) }))]}
        onChoose={(month) => onChoose({ ...choice, month: month || undefined })}
      />
    </div>
  );
}
