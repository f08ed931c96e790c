/** What this month has come to so far, app by app, each with the sentence that explains it. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Card } from "@/components/ui/card";
import { LinkButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { cents } from "@/lib/format";
import { lastDay, monthName, monthOf } from "@/lib/months";
import { explanationQuery } from "../api/explain-invoice";
import type { Invoice } from "../api/list-invoices";
import { monthQuery } from "../api/get-month";
import { expectedCents } from "../stretches";
import { LineName, LineSentence, type Apps } from "./line-words";

export function MonthSoFar({ apps }: { apps: Apps }) {
  const { data, error, isPending, refetch } = useQuery(monthQuery);
  if (isPending) return <Skeleton label="Adding up this month" rows={2} />;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return data ? <Draft draft={data} apps={apps} /> : <Nothing />;
}

function Draft({ draft, apps }: { draft: Invoice; apps: Apps }) {
  const month = monthOf(draft.period_start ?? draft.created_at);
  const currency = draft.currency ?? "USD";
  return (
    <Card
      title="This month so far"
      aside={
        <LinkButton to={paths.invoice} params={{ id: draft.id }} look="ghost" size="sm">
          See each interval
        </LinkButton>
      }
    >
      <div className="border-line border-b px-4 py-4">
        <p className="tnum text-xl font-semibold">{cents(draft.total_cents ?? 0, currency)}</p>
        <p className="text-muted text-xs">
          {monthName(month)}, to be paid after its end. <Expected draft={draft} month={month} />
        </p>
      </div>
      <ul className="divide-line divide-y">
        {(draft.items ?? []).map((item, place) => (
          <li key={place} className="flex items-start justify-between gap-4 px-4 py-3 text-sm">
            <div className="min-w-0">
              <LineName item={item} apps={apps} />
              <LineSentence item={item} currency={currency} />
            </div>
            <span className="tnum shrink-0 font-medium">{cents(item.cents, currency)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Keeps its line while it is not known. */
function Expected({ draft, month }: { draft: Invoice; month: string }) {
  const { data } = useQuery(explanationQuery(draft.id));
  if (!data) return null;
  return (
    <>
      About <span className="tnum text-text font-medium">{cents(expectedCents(data), draft.currency ?? "USD")}</span> by{" "}
      {lastDay(month)} if everything that runs goes on.
    </>
  );
}

function Nothing() {
  return (
    <Card title="This month so far">
      <div className="px-4 py-4">
        <p className="tnum text-xl font-semibold">{cents(0)}</p>
        <p className="text-muted text-sm">
          Nothing that costs money ran this month. An app costs its monthly price for the part of the month
          in which it runs; stopped it costs nothing.{" "}
          <Link to={paths.catalogue} className="text-accent underline underline-offset-2">
            Look at the apps
          </Link>
        </p>
      </div>
    </Card>
  );
}
