/** The last hour in four small lines. */

import { useQuery } from "@tanstack/react-query";
import { Card } from "@/components/ui/card";
import { Sparkline } from "@/components/ui/sparkline";
import type { MetricsAttributes } from "@/lib/api/types";
import { metricsQuery } from "../api/get-metrics";
import { bytes, latest, percent, perSecond, rate, summed, type Values } from "../ranges";

interface Measure {
  name: string;
  values: Values;
  format: (value: number) => string;
  most?: number | undefined;
}

export function LastHour({ id }: { id: string }) {
  const { data } = useQuery(metricsQuery(id, "1h"));
  return (
    <Card title="Last hour">
      <dl className="divide-line grid grid-cols-2 gap-x-6 gap-y-4 p-4 sm:grid-cols-4 sm:gap-x-0 sm:divide-x">
        {measuresOf(data).map(({ name, values, format, most }) => {
          const now = latest(values);
          return (
            <div key={name} className="flex min-w-0 flex-col sm:px-3 sm:first:pl-0 sm:last:pr-0">
              <dt className="text-muted text-xs">{name}</dt>
              <dd className="tnum mb-2 text-sm font-medium">{now === null ? "–" : format(now)}</dd>
              <dd aria-hidden>
                <Sparkline values={values} most={most} />
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

function measuresOf(data: MetricsAttributes | undefined): Measure[] {
  const whole = data?.whole;
  const limit = latest(whole?.memory_limit_bytes ?? []) ?? undefined;
  return [
    { name: "CPU, of its limit", values: whole?.cpu_percent ?? [], format: percent, most: 100 },
    { name: "Memory", values: whole?.memory_bytes ?? [], format: bytes, most: limit },
    {
      name: "Network",
      values: summed(whole?.network_rx_bytes_per_second ?? [], whole?.network_tx_bytes_per_second ?? []),
      format: rate,
    },
    { name: "Requests", values: data?.traffic.requests_per_second ?? [], format: perSecond },
  ];
}
