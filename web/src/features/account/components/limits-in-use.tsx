/** What of each limit of the plan is in use. */

import { Meter } from "@/components/ui/meter";
import type { Account } from "../api/get-account";
import { limitAmount, limitName } from "../limit-words";

export function LimitsInUse({ account }: { account: Account }) {
  return (
    <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
      {account.limits.map(({ limit, used, bound }) => (
        <Meter
          key={limit}
          name={limitName(limit)}
          used={used}
          bound={bound}
          write={(amount) => limitAmount(limit, amount)}
        />
      ))}
    </div>
  );
}
