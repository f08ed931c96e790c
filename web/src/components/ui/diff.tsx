/** Two texts as one: what goes, what comes, and the lines around that. */

import { useMemo } from "react";
import { diffLines, type DiffLine } from "@/lib/line-diff";

/** How many lines that are the same are shown around a change. */
const AROUND = 3;

interface DiffProps {
  label: string;
  before: string;
  after: string;
}

export function Diff({ label, before, after }: DiffProps) {
  const parts = useMemo(() => shorten(diffLines(before, after)), [before, after]);
  if (parts.every((part) => part.kind !== "gone" && part.kind !== "new")) {
    return <p className="text-muted px-4 py-3 text-sm">Both are the same.</p>;
  }
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} tabIndex={0} className="bg-sunken overflow-x-auto font-mono text-xs">
      <table className="w-full border-collapse">
        <tbody>
          {parts.map((part, index) =>
            part.kind === "left out" ? (
              <tr key={index}>
                <td colSpan={4} className="text-muted px-3 py-1">
                  {part.text}
                </td>
              </tr>
            ) : (
              <Line key={index} line={part} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

const LOOKS = {
  same: { look: "", sign: " ", word: "" },
  gone: { look: "bg-fail-soft", sign: "−", word: "Removed: " },
  new: { look: "bg-run-soft", sign: "+", word: "Added: " },
} as const;

function Line({ line }: { line: DiffLine }) {
  const { look, sign, word } = LOOKS[line.kind];
  return (
    <tr className={look}>
      <LineNumber at={line.before} />
      <LineNumber at={line.after} />
      <td aria-hidden className="w-4 text-center select-none">
        {sign}
      </td>
      <td className="pr-3 whitespace-pre">
        {word && <span className="sr-only">{word}</span>}
        {line.text}
      </td>
    </tr>
  );
}

function LineNumber({ at }: { at: number | null }) {
  return (
    <td aria-hidden className="text-muted tnum w-10 min-w-10 px-1 text-right select-none">
      {at}
    </td>
  );
}

type Part = DiffLine | { kind: "left out"; text: string };

/** Leaves out what is the same and far from any change. */
function shorten(lines: DiffLine[]): Part[] {
  const isNear = lines.map(() => false);
  lines.forEach(({ kind }, index) => {
    if (kind !== "same") isNear.fill(true, Math.max(0, index - AROUND), index + AROUND + 1);
  });
  const parts: Part[] = [];
  let left = 0;
  const close = () => {
    if (left > 0) parts.push({ kind: "left out", text: `… ${left} ${left === 1 ? "line" : "lines"} the same` });
    left = 0;
  };
  lines.forEach((line, index) => {
    if (isNear[index]) {
      close();
      parts.push(line);
    } else left += 1;
  });
  close();
  return parts;
}

