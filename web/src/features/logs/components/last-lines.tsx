/** The last lines that an app wrote before it failed. */

import { useQuery } from "@tanstack/react-query";
import { reason } from "@/lib/api/errors";
import type { LogLine } from "@/lib/api/types";
import { lastLinesQuery } from "../api/read-last-lines";
import { LogRow } from "./log-row";

const SHOWN = 8;

export function LastLines({ id }: { id: string }) {
  const { data, error } = useQuery(lastLinesQuery(id, SHOWN));
  if (error) return <p className="text-muted text-xs">Its last lines cannot be read: {reason(error)}</p>;
  return (
    <figure className="min-w-0">
      <figcaption className="text-muted mb-1 text-xs">Last lines</figcaption>
      <div
        role="region"
        aria-label="Last lines of the log"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
        tabIndex={0}
        className="border-line bg-sunken h-[170px] overflow-auto rounded-md border py-1"
      >
        {data?.length === 0 && <p className="text-muted px-3 py-2 text-xs">It wrote nothing.</p>}
        <div className="w-max min-w-full">
          {data?.map((line, number) => <LogRow key={number} line={{ ...line, number }} {...plainly(data)} />)}
        </div>
      </div>
    </figure>
  );
}

function plainly(lines: readonly LogLine[]) {
  return { sought: "", isWrapping: false, isNamed: new Set(lines.map(({ container }) => container)).size > 1 };
}
