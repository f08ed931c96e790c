/** When an app ran at the price of a line, out of what an invoice is computed from. */

import type { ExplanationAttributes, InvoiceItem } from "@/lib/api/types";
import { boundsOf, secondsOf } from "@/lib/months";

/** In seconds since 1970. */
export interface Stretch {
  since: number;
  until: number;
}

interface Span extends Stretch {
  template: string;
}

interface Price {
  template: string;
  at: number;
  cents: number;
}

/**
 * Each second counts once, at the price that held then; where an app was changed from one template
 * to another and both ran, at the lower one.
 */
export function stretchesOf(item: InvoiceItem, told: ExplanationAttributes): Stretch[] {
  const spans = spansOf(item.deployment_id, told);
  const prices = pricesOf(told);
  const found: Stretch[] = [];
  const cuts = [...spans.flatMap(({ since, until }) => [since, until]), ...prices.map(({ at }) => at)];
  const times = [...new Set(cuts)].sort((one, other) => one - other);
  times.slice(1).forEach((until, place) => {
    const since = times[place] ?? until;
    const running = spans.filter((span) => span.since <= since && until <= span.until);
    const holding = lowest(running.map(({ template }) => priceAt(template, since, prices)));
    if (holding?.template !== item.template_id || holding.at !== seconds(item.price_since)) return;
    const last = found.at(-1);
    if (last?.until === since) last.until = until;
    else found.push({ since, until });
  });
  return found;
}

/** What a month comes to if everything that runs now goes on to its end. */
export function expectedCents(told: ExplanationAttributes): number {
  const [, end] = boundsOf(told.month);
  const now = seconds(told.now);
  const prices = pricesOf(told);
  const running = told.intervals.filter(({ until }) => until === null);
  const worth = running.map(({ template }) => priceAt(template, now, prices).cents);
  const left = Math.max(0, end - now) / secondsOf(told.month);
  return told.invoice.total_cents + Math.floor(worth.reduce((sum, cents) => sum + cents, 0) * left);
}

function spansOf(deployment: string | null, told: ExplanationAttributes): Span[] {
  const [begin, end] = boundsOf(told.month);
  const now = seconds(told.now);
  return told.intervals
    .filter((one) => one.deployment === deployment)
    .map(({ template, since, until }) => ({
      template,
      since: Math.max(seconds(since), begin),
      until: Math.min(until === null ? now : seconds(until), now, end),
    }))
    .filter(({ since, until }) => since < until);
}

function pricesOf({ prices }: ExplanationAttributes): Price[] {
  return prices.map(({ template, at, monthly_cents }) => ({ template, at: seconds(at), cents: monthly_cents }));
}

/** The last one that had begun; of two of one moment the lower. Without one it is free. */
function priceAt(template: string, moment: number, prices: Price[]): Price {
  const begun = prices.filter((price) => price.template === template && price.at <= moment);
  begun.sort((one, other) => one.at - other.at || other.cents - one.cents);
  return begun.at(-1) ?? { template, at: 0, cents: 0 };
}

function lowest(prices: Price[]): Price | undefined {
  return prices.sort((one, other) => one.cents - other.cents || (one.template < other.template ? -1 : 1))[0];
}

function seconds(time: string | null): number {
  return time === null ? 0 : Math.floor(Date.parse(time) / 1000);
}
