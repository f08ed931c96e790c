/** What is offered for a new server, and what is chosen at first. */

import type { Region, Size } from "./api/list-choices";

/** A server with less memory has little room beside Docker and the system, in MB. */
const GOOD_MEMORY = 2_048;

/** The sizes that a region has, the cheapest first. */
export function sizesIn(region: string, sizes: Size[]): Size[] {
  return sizes
    .filter(({ regions }) => regions.length === 0 || regions.includes(region))
    .sort((a, b) => a.price_hourly - b.price_hourly);
}

export function firstRegion(regions: Region[], preferred: string | null): string {
  const open = regions.filter(({ available }) => available);
  return (open.find(({ id }) => id === preferred) ?? open[0])?.id ?? "";
}

/** The cheapest with room for a few apps. */
export function firstSize(offered: Size[]): string {
  return (offered.find(({ memory_mb }) => memory_mb >= GOOD_MEMORY) ?? offered.at(-1))?.id ?? "";
}
