/** What a plan gives and costs, and the way to have it. */

import { Check } from "lucide-react";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { cents } from "@/lib/format";
import { day } from "@/lib/months";
import { useReturn } from "@/lib/use-return";
import { limitAmount, limitName } from "../../account/limit-words";
import { useBuyPlan } from "../api/buy-plan";
import type { Plan } from "../api/list-plans";

export function PlanCard({ plan }: { plan: Plan }) {
  return (
    <article
      aria-label={`Plan ${plan.name}`}
      className={cn(
        "bg-surface flex flex-col gap-4 rounded-md border p-4",
        plan.is_current ? "border-accent" : "border-line",
      )}
    >
      <header className="flex min-h-7 items-center justify-between gap-2">
        <h2 className="text-base font-semibold">{plan.name}</h2>
        {plan.is_current && <Status state="current" hue="run" word="Your plan" />}
      </header>
      <p className="tnum">
        <span className="text-xl font-semibold">{cents(plan.price_cents, plan.currency)}</span>
        <span className="text-muted text-sm">{plan.price_cents > 0 ? ` for ${plan.days} days` : " for good"}</span>
      </p>
      <ul className="flex-1 space-y-2 text-sm">
        {plan.limits.map(({ limit, bound }) => (
          <li key={limit} className="flex items-center gap-2">
            <Check aria-hidden className="text-accent size-4 shrink-0" />
            <span className="text-muted flex-1">{limitName(limit)}</span>
            <span className="tnum font-medium">{bound === null ? "Without a limit" : limitAmount(limit, bound)}</span>
          </li>
        ))}
      </ul>
      <Way plan={plan} />
    </article>
  );
}

/** Says the price before the button, and why there is none. */
function Way({ plan }: { plan: Plan }) {
  const { offer, refusal, currency } = plan;
  const { mutate, isPending, isSuccess, reset } = useBuyPlan(plan.id);
  useReturn(reset);
  if (!offer) return <p className="text-muted min-h-9 text-xs">{refusal?.detail}</p>;
  return (
    <div className="space-y-2">
      <p className="text-muted tnum text-xs">
        {cents(offer.total_cents, currency)} now, until {day(offer.ends_at)}.
        {offer.credit_cents > 0 &&
          ` What is left of your present plan, ${cents(offer.credit_cents, currency)}, is taken off.`}
      </p>
      <Button look="primary" className="w-full" isBusy={isPending || isSuccess} onClick={() => mutate()}>
        {VERBS[offer.kind]} {plan.name} for {cents(offer.total_cents, currency)}
      </Button>
    </div>
  );
}

const VERBS = { buy: "Get", upgrade: "Upgrade to", renew: "Renew" } as const;
