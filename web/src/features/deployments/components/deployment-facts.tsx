/** Where an app answers, what it takes, and since when. */

import { Card, Fact, Facts, LongFact } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { cores, price, size } from "@/lib/format";
import type { Deployment } from "../api/list-deployments";

export function DeploymentFacts({ deployment }: { deployment: Deployment }) {
  const { url, direct_url: direct, started_at: started, stopped_at: stopped } = deployment;
  return (
    <Card title="Facts">
      <Facts>
        <LongFact name="Address">
          <Address value={url ?? null} label="Copy the address" />
        </LongFact>
        {direct && (
          <LongFact name="On its server, not encrypted">
            <Address value={direct} label="Copy the address on its server" />
          </LongFact>
        )}
        <Fact name="Price">{price(deployment.price_monthly_cents)}</Fact>
        <Fact name="CPU">{cores(deployment.resources_cpu_cores ?? 0)}</Fact>
        <Fact name="Memory">{size(deployment.resources_memory_mb ?? 0)}</Fact>
        <Fact name={stopped ? "Stopped" : "Started"}>
          {(stopped ?? started) ? <Time at={stopped ?? started ?? ""} /> : "Not yet"}
        </Fact>
        <Fact name="Made">
          <Time at={deployment.created_at} />
        </Fact>
        <LongFact name="Id">
          <Address value={deployment.id} label="Copy the id" />
        </LongFact>
      </Facts>
    </Card>
  );
}

function Address({ value, label }: { value: string | null; label: string }) {
  if (!value) return <>Not yet</>;
  return (
    <>
      <span title={value} className="min-w-0 truncate font-mono text-xs tracking-tight">
        {value.replace(/^https?:\/\//, "")}
      </span>
      <span className="-mr-2 ml-auto">
        <CopyButton text={value} label={label} />
      </span>
    </>
  );
}
