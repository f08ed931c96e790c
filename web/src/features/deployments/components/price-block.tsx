/** What an app costs: by the month, and until this month ends. */

import { cores, dollars, duration, price, size } from "@/lib/format";
import { useNow } from "@/lib/use-now";
import type { Template } from "../../templates/api/list-templates";
import { costUntilMonthEnd } from "../month-cost";

/** What the price of an app is told of. */
export type Priced = Partial<Pick<Template, "price_monthly_cents" | "resources_cpu_cores" | "resources_memory_mb">>;

export function PriceBlock({ template }: { template: Priced }) {
  const monthly = template.price_monthly_cents ?? 0;
  const { cents, seconds, month } = costUntilMonthEnd(monthly, useNow());
  return (
    <div className="tnum grid gap-1">
      <p className="text-base font-semibold">{price(monthly)}</p>
      {monthly > 0 && (
        <p className="text-sm">
          {dollars(cents / 100)} until the end of {month}, if it runs for the {duration(seconds)} that are left.
          You pay for the seconds that it runs.
        </p>
      )}
      <p className="text-muted text-xs">
        It takes {cores(template.resources_cpu_cores ?? 0)} and {size(template.resources_memory_mb ?? 0)} of
        memory of the server, which its provider bills.
      </p>
    </div>
  );
}
