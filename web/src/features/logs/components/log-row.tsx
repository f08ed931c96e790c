/** One line of a log: when, which service, what; its level as a mark, a colour and a word. */

import { memo } from "react";
import { cn } from "@/lib/cn";
import { exact } from "@/lib/format";
import { cut, readingOf } from "../choice";
import type { Level } from "../levels";
import type { NumberedLine } from "../lines";

/** The height of a line that does not wrap, in pixels. */
export const ROW = 20;

const LOOKS: Record<Level | "none", string> = {
  error: "border-fail bg-fail-soft",
  warn: "border-warn bg-warn-soft",
  info: "border-transparent",
  debug: "border-transparent text-muted",
  none: "border-transparent",
};

const SPOKEN: Partial<Record<Level, string>> = { error: "Error: ", warn: "Warning: " };

interface LogRowProps {
  line: NumberedLine;
  sought: string;
  isWrapping: boolean;
  /** Whether the line says which service wrote it. */
  isNamed: boolean;
}

export const LogRow = memo(function LogRow({ line, sought, isWrapping, isNamed }: LogRowProps) {
  const { text, level } = readingOf(line);
  return (
    <div
      className={cn(
        "flex min-h-5 gap-3 border-l-2 pr-4 pl-2 font-mono text-xs",
        LOOKS[level ?? "none"],
        !isWrapping && "h-5",
      )}
    >
      <time dateTime={line.timestamp} title={exact(line.timestamp)} className="text-muted tnum shrink-0 select-none">
        {clock(line.timestamp)}
      </time>
      {isNamed && <span className="text-muted w-14 shrink-0 truncate select-none sm:w-20">{line.container}</span>}
      <span className={isWrapping ? "min-w-0 break-all whitespace-pre-wrap" : "whitespace-pre"}>
        {level && SPOKEN[level] && <span className="sr-only">{SPOKEN[level]}</span>}
        {cut(text, sought).map((part, place) =>
          place % 2 === 1 ? (
            <mark key={place} className="bg-accent text-on-accent rounded-sm">
              {part}
            </mark>
          ) : (
            part
          ),
        )}
      </span>
    </div>
  );
});

/** 12:00:05.123, by the reader's own clock. */
function clock(time: string): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
