/** What is looked for in a log, and how it is shown. */

import { ArrowDownToLine, Download, Search, WrapText } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Chooser } from "@/components/ui/chooser";
import { useDownloadLogs } from "../api/download-logs";
import type { Least } from "../choice";

export interface LogSearch {
  q?: string | undefined;
  service?: string | undefined;
  level?: Least | undefined;
}

interface LogBarProps {
  id: string;
  services: readonly string[];
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
  counts: { error: number; warn: number };
  isWrapping: boolean;
  onWrap: (isWrapping: boolean) => void;
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
}

export function LogBar({ id, services, search, onSearch, counts, ...shown }: LogBarProps) {
  const download = useDownloadLogs(id);
  const { isWrapping, onWrap, isFollowing, onFollow } = shown;
  return (
    <div className="border-line flex flex-wrap items-center gap-2 border-b p-2">
      <div className="relative min-w-0 flex-1 basis-48">
        <Search aria-hidden className="text-muted pointer-events-none absolute top-2.5 left-3 size-4" />
        <input
          type="search"
          aria-label="Search the log"
          placeholder="Search the log"
          value={search.q ?? ""}
          onChange={({ target }) => onSearch({ ...search, q: target.value || undefined })}
          className="border-line-strong bg-surface h-9 w-full rounded-md border pr-3 pl-9 text-sm"
        />
      </div>
      {services.length > 1 && (
        <Chooser
          label="Service"
          value={search.service ?? ""}
          options={[{ value: "", word: "All services" }, ...services.map((one) => ({ value: one, word: one }))]}
          onChoose={(service) => onSearch({ ...search, service: service || undefined })}
        />
      )}
      <Chooser
        label="Level"
        value={search.level ?? ""}
        options={[
          { value: "", word: "All levels" },
          { value: "warn", word: `Warnings and errors (${counts.warn + counts.error})` },
          { value: "error", word: `Errors (${counts.error})` },
        ]}
        onChoose={(level) => onSearch({ ...search, level: level === "" ? undefined : level })}
      />
      <div className="flex gap-1">
        <Toggle label="Follow" isOn={isFollowing} onTurn={onFollow} icon={ArrowDownToLine} />
        <Toggle label="Wrap lines" isOn={isWrapping} onTurn={onWrap} icon={WrapText} />
        <Button
          look="ghost"
          isBusy={download.isPending}
          title="Download all that was written, as a file"
          onClick={() => download.mutate(search.service)}
        >
          <Download aria-hidden />
          Download
        </Button>
      </div>
    </div>
  );
}

interface ToggleProps {
  label: string;
  isOn: boolean;
  onTurn: (isOn: boolean) => void;
  icon: typeof WrapText;
}

function Toggle({ label, isOn, onTurn, icon: Icon }: ToggleProps) {
  return (
    <Button look={isOn ? "secondary" : "ghost"} aria-pressed={isOn} onClick={() => onTurn(!isOn)}>
      <Icon aria-hidden />
      {label}
    </Button>
  );
}
