/** Draws courses over time. Fetched when a page with charts is shown, never before. */

import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from "recharts";
import type { Course } from "./courses";
import { marksTo } from "./marks";

interface ChartProps {
  courses: readonly Course[];
  times: readonly string[];
  formatTime: (time: string) => string;
  formatExactly: (time: string) => string;
  format: (value: number) => string;
  /** Of the numbers in which values are round. */
  base?: 10 | 1024 | undefined;
}

const AXIS = { stroke: "var(--line)", tick: { fill: "var(--muted)", fontSize: 12 }, tickLine: false } as const;
/** The least pixels between two words under the chart. */
const GAP = 56;

export default function Chart({ courses, times, formatTime, formatExactly, format, base }: ChartProps) {
  const marks = marksTo(Math.max(0, ...courses.flatMap(({ values }) => values.map((value) => value ?? 0))), base);
  const rows = times.map((time, index) => ({
    time,
    ...Object.fromEntries(courses.map(({ name, values }) => [name, values[index] ?? null])),
  }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={rows} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis {...AXIS} dataKey="time" tickFormatter={formatTime} minTickGap={GAP} />
        <YAxis {...AXIS} axisLine={false} width={68} tickFormatter={format} ticks={marks} domain={[0, marks.at(-1) ?? 1]} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
          content={(shown: TooltipContentProps) => (
            <Told {...shown} courses={courses} format={format} formatExactly={formatExactly} />
          )}
        />
        {courses.map(({ name, color, dash }) => (
          <Line
            key={name}
            dataKey={name}
            stroke={color}
            strokeWidth={1.5}
            {...(dash && { strokeDasharray: dash })}
            dot={false}
            activeDot={{ r: 3, stroke: "var(--surface)" }}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

interface ToldProps extends TooltipContentProps {
  courses: readonly Course[];
  format: (value: number) => string;
  formatExactly: (time: string) => string;
}

function Told({ active, label, payload, courses, format, formatExactly }: ToldProps) {
  if (!active || typeof label !== "string") return null;
  return (
    <div className="border-line bg-raised rounded-md border px-3 py-2 text-xs">
      <p className="text-muted mb-1">{formatExactly(label)}</p>
      {courses.map(({ name, color }) => {
        const value: unknown = payload.find(({ dataKey }) => dataKey === name)?.value;
        return (
          <p key={name} className="flex items-center gap-2">
            <span aria-hidden className="size-2 rounded-full" style={{ background: color }} />
            {name}
            <span className="tnum ml-auto pl-4 font-medium">
              {typeof value === "number" ? format(value) : "not measured"}
            </span>
          </p>
        );
      })}
    </div>
  );
}
