/** What each month brought: template by template, less the platform's fee. */

import { Link } from "@tanstack/react-router";
import { Table, Td, Th } from "@/components/ui/table";
import { paths } from "@/config/paths";
import { cents } from "@/lib/format";
import { monthName } from "@/lib/months";
import type { Earnings } from "../api/get-earnings";

type Month = Earnings["months"][number];

export function Months({ earnings: { months, currency } }: { earnings: Earnings }) {
  return (
    <Table label="Months">
      <thead>
        <tr>
          <Th>Month and template</Th>
          <Th side="right">Customers’ lines</Th>
          <Th side="right">Fee</Th>
          <Th side="right">Earned</Th>
        </tr>
      </thead>
      {months.map((month) => (
        <MonthRows key={month.month} month={month} currency={currency} />
      ))}
    </Table>
  );
}

function MonthRows({ month, currency }: { month: Month; currency: string }) {
  return (
    <tbody className="border-line border-b last:border-b-0 [&>tr:last-child>td]:pb-3">
      <tr className="font-medium">
        <Td>{monthName(month.month)}</Td>
        <Td side="right">{cents(month.cents, currency)}</Td>
        <Td side="right">{cents(-month.fee_cents, currency)}</Td>
        <Td side="right">{cents(month.earned_cents, currency)}</Td>
      </tr>
      {month.templates.map((template) => (
        <tr key={template.template_id} className="text-muted">
          <Td isTight className="indent-4">
            <Link
              to={paths.template}
              params={{ id: template.template_id }}
              className="underline-offset-2 hover:underline"
            >
              {template.name}
            </Link>
          </Td>
          <Td side="right" isTight>
            {cents(template.cents, currency)}
          </Td>
          <Td isTight />
          <Td isTight />
        </tr>
      ))}
    </tbody>
  );
}
