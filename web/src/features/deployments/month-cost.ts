/** What an app costs until the end of this month, by the seconds, as invoices count it (UTC). */

export interface MonthCost {
  cents: number;
  seconds: number;
  /** "November". */
  month: string;
}

/** If it runs from `now` to the month's end; part of a cent is not charged. */
export function costUntilMonthEnd(monthlyCents: number, now: number): MonthCost {
  const at = new Date(now);
  const first = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
  const next = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
  return {
    cents: Math.floor((monthlyCents * (next - now)) / (next - first)),
    seconds: Math.floor((next - now) / 1000),
    month: at.toLocaleString("en-US", { month: "long", timeZone: "UTC" }),
  };
}
