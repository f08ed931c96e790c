/** A small line that shows a course without axes; the number beside it says the rest. */

import { cn } from "@/lib/cn";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 2;

interface SparklineProps {
  values: readonly (number | null)[];
  /** What is the top of it where that is known: a limit. Else the highest value is. */
  most?: number | undefined;
  className?: string;
}

export function Sparkline({ values, most, className }: SparklineProps) {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn("h-8 w-full overflow-visible", className)}
    >
      <line
        x1="0"
        x2={WIDTH}
        y1={HEIGHT - 0.5}
        y2={HEIGHT - 0.5}
        className="stroke-line"
        vectorEffect="non-scaling-stroke"
      />
      {runsOf(values, most).map((points) => (
        <polyline
          key={points}
          points={points}
          fill="none"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
          className="stroke-data-1"
        />
      ))}
    </svg>
  );
}

/** The points of each stretch without holes. A value that stands alone is a short dash. */
export function runsOf(values: readonly (number | null)[], most?: number): string[] {
  const top = most ?? Math.max(0, ...values.filter((value) => value !== null));
  const step = WIDTH / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT - EDGE - (top > 0 ? Math.min(1, value / top) : 0) * (HEIGHT - 2 * EDGE);
  const runs: string[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const point = `${(index * step).toFixed(1)},${y(value).toFixed(1)}`;
    if (index > 0 && values[index - 1] !== null) runs.at(-1)?.push(point);
    else runs.push([point]);
  });
  return runs.map(([first = "", ...rest]) =>
    rest.length > 0 ? [first, ...rest].join(" ") : `${first} ${Number(first.split(",")[0]) + 1},${first.split(",")[1] ?? 0}`,
  );
}
