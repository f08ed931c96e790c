/** What an app used over a range, measure by measure, of all of it or of one service. */

import type { MetricsAttributes } from "@/lib/api/types";
import { bytes, milliseconds, percent, perSecond, rate, type Range } from "../ranges";
import { MetricCard } from "./metric-card";

interface MetricsBoardProps {
  metrics: MetricsAttributes;
  range: Range;
  /** A service; the whole app without it. */
  service?: string | undefined;
}

export function MetricsBoard({ metrics, range, service }: MetricsBoardProps) {
  const { times, traffic, disk_bytes: disk, services, whole } = metrics;
  const series = services.find((one) => one.service === service)?.series ?? whole;
  const given = { times, range };
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <MetricCard
        {...given}
        title="CPU, of its limit"
        format={percent}
        courses={[
          { name: "Mean", values: series.cpu_percent },
          { name: "Peak", values: series.cpu_percent_peak },
        ]}
      />
      <MetricCard
        {...given}
        title="Memory"
        format={bytes}
        base={1024}
        courses={[
          { name: "Used", values: series.memory_bytes },
          { name: "Peak", values: series.memory_bytes_peak },
          { name: "Limit", values: series.memory_limit_bytes },
        ]}
      />
      <MetricCard
        {...given}
        title="Network"
        format={rate}
        base={1024}
        courses={[
          { name: "Received", values: series.network_rx_bytes_per_second },
          { name: "Sent", values: series.network_tx_bytes_per_second },
        ]}
      />
      <MetricCard
        {...given}
        title="Disk reads and writes"
        format={rate}
        base={1024}
        courses={[
          { name: "Read", values: series.block_read_bytes_per_second },
          { name: "Written", values: series.block_write_bytes_per_second },
        ]}
      />
      {service === undefined && (
        <>
          <MetricCard {...given} title="Disk space" format={bytes} base={1024} courses={[{ name: "Taken", values: disk }]} />
          <MetricCard
            {...given}
            title="Requests"
            format={perSecond}
            note="No request came in this time. They are counted every five minutes."
            courses={[
              { name: "2xx", values: traffic.status_2xx_per_second },
              { name: "3xx", values: traffic.status_3xx_per_second },
              { name: "4xx", values: traffic.status_4xx_per_second },
              { name: "5xx", values: traffic.status_5xx_per_second },
            ]}
          />
          <MetricCard
            {...given}
            title="Answers"
            format={milliseconds}
            note="No request came in this time. They are counted every five minutes."
            courses={[
              { name: "Half within", values: traffic.latency_ms_p50 },
              { name: "95 % within", values: traffic.latency_ms_p95 },
              { name: "99 % within", values: traffic.latency_ms_p99 },
            ]}
          />
          <MetricCard
            {...given}
            title="Traffic"
            format={rate}
            base={1024}
            note="No request came in this time. They are counted every five minutes."
            courses={[
              { name: "From clients", values: traffic.bytes_in_per_second },
              { name: "To clients", values: traffic.bytes_out_per_second },
            ]}
          />
        </>
      )}
    </div>
  );
}
