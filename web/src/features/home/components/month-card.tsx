/** What this month has cost so far. */

import { useQuery } from "@tanstack/react-query";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { reason } from "@/lib/api/errors";
import { dollars } from "@/lib/format";
import { monthQuery } from "../../billing/api/get-month";

export function MonthCard() {
  const { data: month, error, isPending } = useQuery(monthQuery);
  return (
    <Card title="This month so far" aside={<LinkButton to={paths.billing} look="ghost" size="sm" className="-mr-2">Billing</LinkButton>}>
      <div className="min-h-20 px-4 py-3">
        {error ? (
          <p className="text-muted text-sm">{reason(error)}</p>
        ) : (
          <>
            <p className="tnum h-9 text-xl font-semibold">{isPending ? "" : dollars((month?.total_cents ?? 0) / 100)}</p>
            <p className="text-muted text-xs">Counted while your apps run, and due when the month is over.</p>
          </>
        )}
      </div>
    </Card>
  );
}
