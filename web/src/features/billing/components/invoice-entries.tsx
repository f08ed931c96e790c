/** What happened with an invoice since its month was closed: payments, refunds, credits, disputes. */

import { Card } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { cents } from "@/lib/format";
import { day } from "@/lib/months";
import type { Invoice } from "../api/list-invoices";
import { entryName } from "../sentences";

export function InvoiceEntries({ invoice }: { invoice: Invoice }) {
  const entries = invoice.entries ?? [];
  if (entries.length === 0) return null;
  return (
    <Card title="What happened since">
      <Table label="What happened since">
        <thead>
          <tr>
            <Th>When</Th>
            <Th>What</Th>
            <Th side="right">Amount</Th>
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {entries.map((entry) => (
            <tr key={`${entry.transaction}-${entry.kind}`}>
              <Td className="whitespace-nowrap">{day(entry.at)}</Td>
              <Td>
                {entryName(entry.kind)}
                <span className="text-muted block font-mono text-xs break-all">{entry.transaction}</span>
              </Td>
              <Td side="right">{cents(entry.cents, invoice.currency)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
