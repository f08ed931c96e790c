/** The ranges that can be looked at, and how their times and numbers are written. */

import { size } from "@/lib/format";

export const RANGES = ["1h", "6h", "24h", "7d", "30d"] as const;

export type Range = (typeof RANGES)[number];

export const RANGE_WORDS: Record<Range, string> = {
  "1h": "Last hour",
  "6h": "Last 6 hours",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

export type Values = readonly (number | null)[];

/** The time of a step under an axis: the hour for short ranges, the day for long ones. */
export function tick(time: string, range: Range): string {
  const options: Intl.DateTimeFormatOptions =
    range === "7d" || range === "30d"
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", hour12: false };
  return new Date(time).toLocaleString("en-GB", options);
}

/** The last number that was measured; null where none was. */
export function latest(values: Values): number | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The highest number that was measured; null where none was. */
export function highest(values: Values): number | null {
  return values.reduce<number | null>(
    (most, value) => (value !== null && (most === null || value > most) ? value : most),
    null,
  );
}

/** The sum of several lists at each step; null where none of them was measured. */
export function summed(...lists: Values[]): (number | null)[] {
  const length = Math.max(0, ...lists.map((values) => values.length));
  return Array.from({ length }, (_, index) =>
    lists.reduce<number | null>((sum, values) => {
      const value = values[index] ?? null;
      return value === null ? sum : (sum ?? 0) + value;
    }, null),
  );
}

export function percent(value: number): string {
  return `${number(value)} %`;
}

/** 512 -> "512 B", 1536 -> "1.5 KB", then in MB and GB. */
export function bytes(value: number): string {
  if (value < 1024) return `${Math.round(value)} B`;
  if (value < 1_048_576) return `${number(value / 1024)} KB`;
  return value < 10_485_760 ? `${number(value / 1_048_576)} MB` : size(value / 1_048_576);
}

export function rate(value: number): string {
  return `${bytes(value)}/s`;
}

export function perSecond(value: number): string {
  return `${number(value)}/s`;
}

export function milliseconds(value: number): string {
  return value < 1000 ? `${number(value)} ms` : `${number(value / 1000)} s`;
}

/** Few digits, and never 0 for what is more. */
function number(value: number): string {
  if (value > 0 && value < 0.01) return "< 0.01";
  const digits = value < 1 ? 2 : value < 10 ? 1 : 0;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
