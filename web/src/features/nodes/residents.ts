/** The apps that end with their server, in words. */

import type { Resident } from "./api/list-residents";

/** So many are named; the rest is counted. */
const MOST_NAMED = 8;

/** One's own apps by name, the rest counted: a host is not told the names of others' apps. */
export function named(apps: Resident[]): string[] {
  const mine = apps.filter((app) => app.mine).map((app) => app.name ?? app.id);
  const others = apps.length - mine.length;
  const shown = mine.length > MOST_NAMED ? mine.slice(0, MOST_NAMED - 1) : mine;
  return [
    ...shown,
    ...(mine.length > shown.length ? [`${mine.length - shown.length} more of your apps`] : []),
    ...(others > 0 ? [others === 1 ? "1 app of another account" : `${others} apps of other accounts`] : []),
  ];
}
