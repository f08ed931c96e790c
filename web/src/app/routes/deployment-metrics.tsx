/** What an app used, over time. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { Chooser } from "@/components/ui/chooser";
import { Skeleton } from "@/components/ui/skeleton";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { metricsQuery } from "@/features/metrics/api/get-metrics";
import { MetricsBoard } from "@/features/metrics/components/metrics-board";
import { RANGE_WORDS, RANGES } from "@/features/metrics/ranges";

const route = getRouteApi("/account/deployments/$id/metrics");

export function DeploymentMetrics() {
  const { id } = route.useParams();
  const { range = "1h", service } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: metrics, error, refetch } = useQuery(metricsQuery(id, range));
  const services = metrics?.services.map((one) => one.service) ?? [];
  return (
    <div className="grid gap-6">
      <div className="flex flex-wrap gap-3">
        <Chooser
          label="Range"
          value={range}
          options={RANGES.map((one) => ({ value: one, word: RANGE_WORDS[one] }))}
          onChoose={(next) => {
            void navigate({ search: (had) => ({ ...had, range: next }), replace: true, resetScroll: false });
          }}
        />
        <Chooser
          label="Service"
          value={service ?? ""}
          options={[
            { value: "", word: "The whole app" },
            ...services.map((one) => ({ value: one, word: one })),
          ]}
          onChoose={(next) => {
            const chosen = next === "" ? undefined : next;
            void navigate({ search: (had) => ({ ...had, service: chosen }), replace: true, resetScroll: false });
          }}
        />
      </div>
      {deployment.status !== "running" && (
        <Notice tone="info">This app does not run now. It is measured once a minute while it runs.</Notice>
      )}
      {metrics ? (
        <MetricsBoard metrics={metrics} range={range} service={service} />
      ) : error ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={4} label="Reading the numbers" />
      )}
    </div>
  );
}
