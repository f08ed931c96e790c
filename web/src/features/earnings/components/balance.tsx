/** What a creator can be paid, what customers owe still, and what both come to. */

import { Card } from "@/components/ui/card";
import { cents } from "@/lib/format";
import type { Earnings } from "../api/get-earnings";

export function Balance({ earnings }: { earnings: Earnings }) {
  const figures = [
    { name: "Balance", amount: earnings.balance_cents, about: "Earned, and not paid out yet" },
    { name: "Available", amount: earnings.available_cents, about: "Customers have paid it" },
    { name: "Pending", amount: earnings.pending_cents, about: "Customers owe it still, or took it back" },
  ];
  return (
    <Card>
      <dl className="divide-line grid divide-y sm:grid-cols-3 sm:divide-x sm:divide-y-0">
        {figures.map(({ name, amount, about }) => (
          <div key={name} className="p-4">
            <dt className="text-muted text-xs">{name}</dt>
            <dd className="tnum text-xl font-semibold">{cents(amount, earnings.currency)}</dd>
            <dd className="text-muted text-xs">{about}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
