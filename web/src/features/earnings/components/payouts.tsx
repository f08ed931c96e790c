/** What was paid to a creator, newest first. */

import { Card } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { cents } from "@/lib/format";
import { day } from "@/lib/months";
import type { Earnings } from "../api/get-earnings";

export function Payouts({ earnings: { payouts, currency } }: { earnings: Earnings }) {
  return (
    <Card title="Paid out to you">
      {payouts.length === 0 ? (
        <p className="text-muted px-4 py-3 text-sm">
          Nothing was paid out yet. Whoever runs this installation pays out what is available.
        </p>
      ) : (
        <Table label="Paid out to you">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Number</Th>
              <Th side="right">Amount</Th>
            </tr>
          </thead>
          <tbody className="divide-line divide-y">
            {[...payouts].reverse().map((payout) => (
              <tr key={payout.transaction}>
                <Td className="whitespace-nowrap">{day(payout.at)}</Td>
                <Td className="font-mono text-xs break-all">{payout.transaction}</Td>
                <Td side="right">{cents(payout.cents, currency)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
