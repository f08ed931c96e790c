/** The plans: which one this account has, what of its limits is in use, and what the others give. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PageHead } from "@/components/layout/page-head";
import { MoneyNav } from "@/features/billing/components/money-nav";
import { plansQuery } from "@/features/plans/api/list-plans";
import { PlanCard } from "@/features/plans/components/plan-card";
import { PlanOutcome } from "@/features/plans/components/plan-outcome";
import { PresentPlan } from "@/features/plans/components/present-plan";

const route = getRouteApi("/account/plans");

export function Plans() {
  const { payment, session_id: session } = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useSuspenseQuery(plansQuery);
  return (
    <>
      <PageHead title="Plan" text="How much you may have at once. What your apps cost is billed beside it." />
      <MoneyNav />
      {payment && (
        <PlanOutcome
          payment={payment}
          session={session}
          onDismiss={() => void navigate({ search: {}, replace: true })}
        />
      )}
      <div className="space-y-6">
        <PresentPlan />
        <ul className="grid gap-4 md:grid-cols-3">
          {data.plans.map((plan) => (
            <li key={plan.id} className="grid">
              <PlanCard plan={plan} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
