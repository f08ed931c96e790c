/** How a token stands, and what each scope means, in words. */

import type { TokenAttributes } from "@/lib/api/types";

type Scope = TokenAttributes["scope"];

const SOON_DAYS = 7;
const DAY = 86_400_000;

export const SCOPES: readonly { scope: Scope; name: string; means: string }[] = [
  { scope: "read", name: "Read", means: "Sees everything of your account and changes nothing." },
  { scope: "deploy", name: "Deploy", means: "Also makes, starts, stops and updates apps. Deletes none." },
  { scope: "manage", name: "Manage", means: "Does all that you can, but for payments and tokens." },
];

export function scopeName(scope: Scope): string {
  return SCOPES.find((one) => one.scope === scope)?.name ?? scope;
}

export type Standing = "good" | "soon" | "over" | "unfinished";

/** Whether a token opens anything, and for how long it will. */
export function standingOf(token: { status: string; expires_at: string }, now: number): Standing {
  if (token.status !== "active") return "unfinished";
  const left = Date.parse(token.expires_at) - now;
  if (left <= 0) return "over";
  return left <= SOON_DAYS * DAY ? "soon" : "good";
}

/** The end of the day that is so many days from now: the same when it is asked for again. */
export function inDays(days: number, now: number): string {
  return new Date((Math.floor(now / DAY) + days + 1) * DAY).toISOString();
}
