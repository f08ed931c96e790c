/** What is offered for a new server, and what is chosen at first. */

import { cores, money, size as megabytes } from "@/lib/format";
import type { Region, Size } from "./api/list-choices";

/** A server with less memory has little room beside Docker and the system, in MB. */
const GOOD_MEMORY = 2_048;

/** What a size costs an hour in a region; undefined where the provider does not tell. */
function hourlyIn(region: string, { prices, price_hourly }: Size): number | undefined {
  return Object.keys(prices).length > 0 ? prices[region] : (price_hourly ?? undefined);
}

/** "$12.00 / month", or by the hour where the month's price is another region's; null if not known. */
export function priceIn(region: string, size: Size): string | null {
  const hourly = hourlyIn(region, size);
  if (hourly === undefined) return null;
  if (size.price_monthly !== null && hourly === size.price_hourly)
    return `${money(size.price_monthly, size.currency)} / month`;
  return `${money(hourly, size.currency, 4)} / hour`;
}

export function costIn(region: string, size: Size): string {
  return priceIn(region, size) ?? "price not known";
}

/** "1 CPU, 2 GB memory, 50 GB disk · $12.00 / month (s-1vcpu-2gb)". */
export function offerIn(region: string, size: Size): string {
  const { id, cpu_cores, memory_mb, disk_gb } = size;
  const shape = `${cores(cpu_cores)}, ${megabytes(memory_mb)} memory, ${disk_gb} GB disk`;
  return `${shape} · ${costIn(region, size)} (${id})`;
}

/** The sizes that a region has, the cheapest first; last those whose price is not known. */
export function sizesIn(region: string, sizes: Size[]): Size[] {
  const cost = (size: Size) => hourlyIn(region, size) ?? Number.MAX_VALUE;
  return sizes
    .filter(({ regions }) => regions.length === 0 || regions.includes(region))
    .sort((a, b) => cost(a) - cost(b));
}

export function firstRegion(regions: Region[], preferred: string | null): string {
  const open = regions.filter(({ available }) => available);
  return (open.find(({ id }) => id === preferred) ?? open[0])?.id ?? "";
}

/** The cheapest with room for a few apps. */
export function firstSize(offered: Size[]): string {
  return (offered.find(({ memory_mb }) => memory_mb >= GOOD_MEMORY) ?? offered.at(-1))?.id ?? "";
}
