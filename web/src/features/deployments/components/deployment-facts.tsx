/** Where an app answers, what it takes, and since when. */

import { Card, Fact, Facts } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { cores, price, size } from "@/lib/format";
import type { Deployment } from "../api/list-deployments";

export function DeploymentFacts({ deployment }: { deployment: Deployment }) {
  const { url, direct_url: direct, started_at: started, stopped_at: stopped } = deployment;
  return (
    <Card title="Facts">
      <Facts>
        <Fact name="Address">
          <Address value={url ?? null} label="Copy the address" />
        </Fact>
        <Fact name="On its server">
          <Address value={direct ?? null} label="Copy the address on its server" />
        </Fact>
        <Fact name="Price">{price(deployment.price_monthly_cents)}</Fact>
        <Fact name="CPU">{cores(deployment.resources_cpu_cores ?? 0)}</Fact>
        <Fact name="Memory">{size(deployment.resources_memory_mb ?? 0)}</Fact>
        <Fact name={stopped ? "Stopped" : "Started"}>
          {(stopped ?? started) ? <Time at={stopped ?? started ?? ""} /> : "Not yet"}
        </Fact>
        <Fact name="Made">
          <Time at={deployment.created_at} />
        </Fact>
        <Fact name="Id">
          <Address value={deployment.id} label="Copy the id" />
        </Fact>
      </Facts>
    </Card>
  );
}

function Address({ value, label }: { value: string | null; label: string }) {
  if (!value) return <>Not yet</>;
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className="min-w-0 font-mono text-xs break-all">{value.replace(/^https?:\/\//, "")}</span>
      <CopyButton text={value} label={label} />
    </span>
  );
}
