/** An app's log as it is written: followed, searched, by service and by how grave a line is. */

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { VirtualList } from "@/components/ui/virtual-list";
import { reason } from "@/lib/api/errors";
import { logQuery, useReadEarlier } from "../api/read-logs";
import { chosen, counted } from "../choice";
import type { Book } from "../lines";
import { LogBar, type LogSearch } from "./log-bar";
import { LogFoot } from "./log-foot";
import { LogRow, ROW } from "./log-row";

interface LogPanelProps {
  id: string;
  services: readonly string[];
  isRunning: boolean;
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
}

const NOTHING: Book["lines"] = [];

export function LogPanel({ id, services, isRunning, search, onSearch }: LogPanelProps) {
  const { service, q = "", level } = search;
  const [isFollowing, setFollowing] = useState(true);
  const [isWrapping, setWrapping] = useState(false);
  const { data: book, error, refetch } = useQuery(logQuery(id, service, isFollowing && isRunning));
  const earlier = useReadEarlier(id, service);
  const lines = book?.lines ?? NOTHING;
  const sought = useDeferredValue(q);
  const shown = useMemo(() => chosen(lines, sought, level), [lines, sought, level]);
  const counts = useMemo(() => counted(lines), [lines]);
  const follow = (next: boolean) => {
    setFollowing(next);
    if (next) void refetch();
  };
  return (
    <section
      aria-label="Log"
      className="border-line bg-surface flex h-[max(26rem,calc(100dvh-17rem))] min-w-0 flex-col overflow-hidden rounded-md border lg:mx-[min(0px,calc(616px-50vw))]"
    >
      <LogBar
        id={id}
        services={services}
        search={search}
        onSearch={onSearch}
        counts={counts}
        isWrapping={isWrapping}
        onWrap={setWrapping}
        isFollowing={isFollowing}
        onFollow={follow}
      />
      {error && book && (
        <Notice tone="warn" className="rounded-none">
          {reason(error)} Below is what was read before; it is tried again.
        </Notice>
      )}
      {!book ? (
        <div className="flex-1 p-4">
          {error ? (
            <ErrorPanel error={error} onRetry={() => void refetch()} />
          ) : (
            <Skeleton label="Reading the log" />
          )}
        </div>
      ) : shown.length === 0 ? (
        <p className="text-muted flex flex-1 items-center justify-center p-6 text-center text-sm">
          {lines.length === 0
            ? "Nothing has been written yet. Lines appear here as they come."
            : "No line that was read matches. Read earlier lines, or look for something else."}
        </p>
      ) : (
        <VirtualList
          items={shown}
          keyOf={(line) => line.number}
          label="Lines of the log"
          rowHeight={ROW}
          isWrapping={isWrapping}
          isFollowing={isFollowing}
          onFollow={follow}
          className="flex-1 py-1"
        >
          {(line) => (
            <LogRow line={line} sought={sought} isWrapping={isWrapping} isNamed={!service && services.length > 1} />
          )}
        </VirtualList>
      )}
      <LogFoot
        book={book}
        shown={shown.length}
        isFollowing={isFollowing}
        isRunning={isRunning}
        isReading={earlier.isPending}
        error={earlier.error}
        onEarlier={(until) => {
          setFollowing(false);
          earlier.mutate(until);
        }}
      />
    </section>
  );
}
