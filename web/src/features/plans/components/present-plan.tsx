/** The plan that this account has, until when, and what happens then. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import type { Subscription } from "@/lib/api/types";
import { day } from "@/lib/months";
import { accountQuery } from "../../account/api/get-account";
import { LimitsInUse } from "../../account/components/limits-in-use";
import { plansQuery } from "../api/list-plans";

export function PresentPlan() {
  const { data: account } = useSuspenseQuery(accountQuery);
  const { data } = useSuspenseQuery(plansQuery);
  const plan = data.plans.find(({ is_current: isCurrent }) => isCurrent);
  return (
    <Card title={plan ? `You are on ${plan.name}` : "Your plan"}>
      <div className="space-y-4 p-4">
        {account.note && <Notice tone="warn">{account.note}</Notice>}
        {data.subscription && <Terms subscription={data.subscription} />}
        <LimitsInUse account={account} />
      </div>
    </Card>
  );
}

function Terms({ subscription }: { subscription: Subscription }) {
  const { state, ends_at: ends, lapses_at: lapses, renewable_from: renewable, invoice_id: receipt } = subscription;
  const text = {
    active: `Paid until ${day(ends)}. It is not renewed by itself: you can renew it from ${day(renewable)} on.`,
    changing: "The change of your plan is being switched on.",
    grace: `It was paid until ${day(ends)}. Renew it by ${day(lapses)}, or you are on Free from then on.`,
    lapsed: `It ended on ${day(ends)}. Everything you have stays; only new things are held to Free.`,
  }[state];
  return (
    <div className="text-sm">
      {state === "grace" ? <Notice tone="warn">{text}</Notice> : <p>{text}</p>}
      <Link to={paths.invoice} params={{ id: receipt }} className="text-accent text-xs underline underline-offset-2">
        See the receipt
      </Link>
    </div>
  );
}
