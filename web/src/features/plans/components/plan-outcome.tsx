/** Tells who comes back from paying a plan how it ended, and when the plan is there. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Clock, LoaderCircle } from "lucide-react";
import { useEffect } from "react";
import { day } from "@/lib/months";
import { paymentQuery } from "../../billing/api/verify-payment";
import { AskingOutcome, Outcome } from "../../billing/components/outcome";
import { UnknownOutcome } from "../../billing/components/payment-outcome";
import { plansQuery } from "../api/list-plans";

interface PlanOutcomeProps {
  payment: "success" | "cancelled";
  session: string | undefined;
  onDismiss: () => void;
}

export function PlanOutcome({ payment, session, onDismiss }: PlanOutcomeProps) {
  if (payment === "success" && session !== undefined) return <Verified session={session} onDismiss={onDismiss} />;
  if (payment === "success") {
    return (
      <Outcome tone="work" icon={Clock} title="You are back from a payment" onDismiss={onDismiss}>
        <p>Its address does not say which payment it was. Below you see which plan you have.</p>
      </Outcome>
    );
  }
  return (
    <Outcome tone="warn" icon={CircleAlert} title="You left without paying" onDismiss={onDismiss}>
      <p>Nothing was taken, and your plan is what it was. You can choose again below.</p>
    </Outcome>
  );
}

function Verified({ session, onDismiss }: { session: string; onDismiss: () => void }) {
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(paymentQuery(session));
  const status = data?.status;
  useEffect(() => {
    if (!status) return;
    void queries.invalidateQueries({ queryKey: ["plans"] });
    void queries.invalidateQueries({ queryKey: ["invoices"] });
  }, [queries, status]);
  if (error) return <UnknownOutcome error={error} onRetry={() => void refetch()} onDismiss={onDismiss} />;
  if (isPending) return <AskingOutcome />;
  if (data.paid) return <Paid plan={data.plan} onDismiss={onDismiss} />;
  if (data.status === "pending") {
    return (
      <Outcome tone="work" icon={Clock} title="Your payment is on its way" onDismiss={onDismiss}>
        <p>The bank has not answered yet. Your plan changes once the money is here; you need not do anything.</p>
      </Outcome>
    );
  }
  return (
    <Outcome tone="fail" icon={CircleAlert} title="Your payment did not go through" onDismiss={onDismiss}>
      <p>Nothing was taken, and your plan is what it was. Choose again below, with another card if need be.</p>
    </Outcome>
  );
}

/** Paid is one thing, allowed another: the gateway has to say yes too. */
function Paid({ plan, onDismiss }: { plan: string | null; onDismiss: () => void }) {
  const { data } = useQuery(plansQuery);
  const queries = useQueryClient();
  const bought = data?.subscription ?? null;
  const isThere = bought !== null && bought.plan === plan && bought.state !== "changing";
  useEffect(() => {
    if (isThere) void queries.invalidateQueries({ queryKey: ["account"] });
  }, [queries, isThere]);
  const name = data?.plans.find(({ id }) => id === plan)?.name ?? "Your plan";
  if (!isThere) {
    return (
      <Outcome tone="work" icon={LoaderCircle} isTurning title="Your payment has arrived">
        <p>{name} is being switched on. This takes some seconds.</p>
      </Outcome>
    );
  }
  return (
    <Outcome tone="run" icon={CircleCheck} title={`${name} is yours`} onDismiss={onDismiss}>
      <p>It is paid until {day(bought.ends_at)}. Its limits hold from now on.</p>
    </Outcome>
  );
}
