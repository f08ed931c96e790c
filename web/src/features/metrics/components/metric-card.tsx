/** One measure over time: a chart, or the same numbers as a table. */

import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { looked, type Course } from "@/components/ui/courses";
import { exact } from "@/lib/format";
import { highest, latest, tick, type Range, type Values } from "../ranges";

const Chart = lazy(() => import("@/components/ui/chart"));

interface MetricCardProps {
  title: string;
  courses: readonly { name: string; values: Values }[];
  times: readonly string[];
  range: Range;
  format: (value: number) => string;
  /** Of the numbers in which values are round: 1,024 for bytes. */
  base?: 10 | 1024;
  /** What is to be known beside the numbers. */
  note?: string;
}

export function MetricCard({ title, courses, times, range, format, base, note }: MetricCardProps) {
  const [isTable, setTable] = useState(false);
  const shown = looked(courses);
  const isMeasured = courses.some(({ values }) => latest(values) !== null);
  return (
    <Card
      title={title}
      aside={
        <Button
          look={isTable ? "secondary" : "ghost"}
          size="sm"
          aria-pressed={isTable}
          aria-label={`${title} as a table`}
          disabled={!isMeasured}
          onClick={() => setTable(!isTable)}
        >
          Table
        </Button>
      }
    >
      <div className="p-3">
        <Legend courses={shown} format={format} />
        {!isMeasured ? (
          <p className="text-muted flex h-[188px] items-center justify-center px-4 text-center text-sm">
            {note ?? "Nothing was measured in this time."}
          </p>
        ) : isTable ? (
          <Table title={title} courses={shown} times={times} format={format} />
        ) : (
          <div role="img" aria-label={summary(title, shown, format)} className="h-[188px]">
            <Suspense fallback={<div className="bg-sunken h-full rounded-md" />}>
              <Chart
                courses={shown}
                times={times}
                format={format}
                base={base}
                formatTime={(time) => tick(time, range)}
                formatExactly={exact}
              />
            </Suspense>
          </div>
        )}
      </div>
    </Card>
  );
}

function Legend({ courses, format }: { courses: readonly Course[]; format: (value: number) => string }) {
  return (
    <ul className="mb-2 flex min-h-8 flex-wrap items-center gap-x-4 px-1 text-xs whitespace-nowrap">
      {courses.map(({ name, color, dash, values }) => {
        const now = latest(values);
        return (
          <li key={name} className="flex items-center gap-2">
            <svg aria-hidden width="16" height="4">
              <line x1="0" x2="16" y1="2" y2="2" stroke={color} strokeWidth="2" strokeDasharray={dash} />
            </svg>
            <span className="text-muted">{name}</span>
            <span className="tnum font-medium">{now === null ? "–" : format(now)}</span>
          </li>
        );
      })}
    </ul>
  );
}

interface TableProps {
  title: string;
  courses: readonly Course[];
  times: readonly string[];
  format: (value: number) => string;
}

/** Newest first: that is what is looked for. */
function Table({ title, courses, times, format }: TableProps) {
  const rows = times.map((time, index) => ({ time, index })).reverse();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div role="region" aria-label={`${title}, table`} tabIndex={0} className="h-[188px] overflow-auto">
      <table className="tnum w-full text-xs">
        <caption className="sr-only">{title}</caption>
        <thead className="bg-surface text-muted sticky top-0 text-left">
          <tr>
            <th scope="col" className="py-1 pr-4 font-medium">
              Time
            </th>
            {courses.map(({ name }) => (
              <th key={name} scope="col" className="py-1 pl-4 text-right font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {rows.map(({ time, index }) => (
            <tr key={time}>
              <th scope="row" className="py-1 pr-4 text-left font-normal whitespace-nowrap">
                {exact(time)}
              </th>
              {courses.map(({ name, values }) => {
                const value = values[index] ?? null;
                return (
                  <td key={name} className="py-1 pl-4 text-right">
                    {value === null ? "–" : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function summary(title: string, courses: readonly Course[], format: (value: number) => string): string {
  const told = courses.flatMap(({ name, values }) => {
    const now = latest(values);
    const most = highest(values);
    return now === null || most === null ? [] : [`${name} now ${format(now)}, at most ${format(most)}`];
  });
  return `${title}: ${told.join("; ")}`;
}
