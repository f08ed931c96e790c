/** When an app is backed up by itself, in words and as it is chosen. */

import type { DeploymentAttributes } from "@/lib/api/types";

export type Schedule = NonNullable<DeploymentAttributes["backup_schedule"]>;

export const RHYTHMS = [
  { value: "off", word: "Never" },
  { value: "day", word: "Each day" },
  { value: "week", word: "Each week, on Sunday" },
] as const;

export type Rhythm = (typeof RHYTHMS)[number]["value"];

/** What is chosen at first: the small hours of the servers' own clock. */
export const USUAL_HOUR = 3;
/** As many by schedule are kept where nobody chose. */
export const USUALLY_KEPT = 7;
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** How many may be chosen to be kept; `present` is among them, whatever it is. */
export function keeps(present: number): number[] {
  return [...new Set([1, 3, 7, 14, 30, 50, present])].sort((a, b) => a - b);
}

/** 3 -> "03:00 UTC", with the browser's own time where that is another one. */
export function hourTold(hour: number, now: number): string {
  const told = `${twoDigits(hour)}:00 UTC`;
  const moment = new Date(now);
  moment.setUTCHours(hour, 0, 0, 0);
  if (moment.getTimezoneOffset() === 0) return told;
  return `${told}, ${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())} here`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** What the API is sent for a choice. */
export function scheduleOf(rhythm: Rhythm, hour: number): Schedule | null {
  return rhythm === "off" ? null : { every: rhythm, hour };
}
