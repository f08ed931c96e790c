/** The services of an app, one compact row each, in the same places before, while and after they run. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Status } from "@/components/feedback/status";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import type { Container } from "@/lib/api/types";
import { cn } from "@/lib/cn";
import { count, sizeOf } from "@/lib/format";
import { templateQuery } from "../../templates/api/get-template";
import { healthQuery } from "../api/get-health";
import { statsQuery } from "../api/get-stats";
import { isBusy, type Deployment } from "../api/list-deployments";

export function Services({ deployment }: { deployment: Deployment }) {
  const { data: template } = useQuery(templateQuery(deployment.template_id));
  const { containers } = deployment;
  const isRunning = deployment.status === "running" && containers.length > 0;
  // While work goes on the containers come and go; the record tells enough of that.
  const isAsked = isRunning && !isBusy(deployment);
  const { data: health, error } = useQuery({ ...healthQuery(deployment.id), enabled: isAsked });
  const { data: stats } = useQuery({ ...statsQuery(deployment.id), enabled: isAsked });
  return (
    <Card title="Services" aside={isAsked && error && <Unseen error={error} />}>
      <ul className="divide-line divide-y">
        {isRunning
          ? containers.map((one) => (
              <RunningRow
                key={one.service_name}
                container={{ ...one, ...told(health?.containers.find(({ name }) => name === one.service_name)) }}
                isSeen={!(isAsked && error) && deployment.health !== "unreachable"}
                uses={isAsked ? stats?.containers.find(({ name }) => name === one.service_name) : undefined}
              />
            ))
          : template?.services?.map((one) => (
              <Row key={one.name} name={one.name} image={one.image} uses="" since="">
                <Status state="waiting" word="Not running" />
              </Row>
            ))}
      </ul>
    </Card>
  );
}

function Unseen({ error }: { error: Error }) {
  return (
    <span title={reason(error)} className="text-muted text-xs">
      As last seen: the server does not answer
    </span>
  );
}

interface Seen {
  status: string;
  health: string;
  restarts: number;
  started_at: string | null;
  check: string;
}

/** What was asked just now goes over what the record remembers. */
function told(seen: Seen | undefined): Partial<Container> {
  if (!seen) return {};
  const { status, restarts, started_at, check, health } = seen;
  return { status, restarts, started_at, health: check === "none" && health !== "degraded" ? "none" : health };
}

interface Uses {
  cpu_percent: number;
  memory_usage_bytes: number;
  memory_limit_bytes: number;
}

interface RunningRowProps {
  container: Container;
  uses: Uses | undefined;
  /** Whether it was seen just now; else its state is what it was. */
  isSeen: boolean;
}

function RunningRow({ container, uses, isSeen }: RunningRowProps) {
  const { service_name: name, image, restarts, started_at: since, health, status, out_of_memory: killed } = container;
  const state = health && health !== "none" ? health : status;
  return (
    <Row
      name={name}
      image={image}
      uses={
        uses && (
          <>
            <span>{uses.cpu_percent.toFixed(1)} % CPU</span>
            <span>
              {sizeOf(uses.memory_usage_bytes)} of {sizeOf(uses.memory_limit_bytes)}
            </span>
          </>
        )
      }
      since={
        <>
          <span>{killed ? "ran out of memory" : restarts ? count(restarts, "restart") : "no restarts"}</span>
          {since && (
            <span>
              started <Time at={since} />
            </span>
          )}
        </>
      }
    >
      <Status state={state} {...(!isSeen && { hue: "rest", word: `Was ${state}` })} />
    </Row>
  );
}

interface RowProps {
  name: string;
  image: string;
  uses: ReactNode;
  since: ReactNode;
  children: ReactNode;
}

/** Two lines on the left and two columns of numbers; on a phone the numbers stand below. */
function Row({ name, image, uses, since, children }: RowProps) {
  return (
    <li className="grid min-h-15 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[minmax(0,1fr)_116px_152px_116px]">
      <div className="col-start-1 row-start-1 min-w-0">
        <p className="truncate text-sm font-medium">{name}</p>
        <code className="text-muted block truncate font-mono text-xs" title={image}>
          {image}
        </code>
      </div>
      <Column className="sm:col-start-2">{uses}</Column>
      <Column className="sm:col-start-3">{since}</Column>
      <span className="col-start-2 row-start-1 flex justify-end sm:col-start-4">{children}</span>
    </li>
  );
}

function Column({ className, children }: { className: string; children: ReactNode }) {
  return (
    <p
      className={cn(
        "text-muted tnum col-span-2 flex min-h-5 flex-wrap gap-x-3 text-xs sm:col-span-1 sm:row-start-1 sm:flex-col",
        className,
      )}
    >
      {children}
    </p>
  );
}
