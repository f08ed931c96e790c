/** The services of an app, one compact row each, in the same places before, while and after they run. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Status } from "@/components/feedback/status";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import type { Container } from "@/lib/api/types";
import { count } from "@/lib/format";
import { templateQuery } from "../../templates/api/get-template";
import type { Deployment } from "../api/list-deployments";

export function Services({ deployment }: { deployment: Deployment }) {
  const { data: template } = useQuery(templateQuery(deployment.template_id));
  const { containers } = deployment;
  const isRunning = deployment.status === "running" && containers.length > 0;
  return (
    <Card title="Services">
      <ul className="divide-line divide-y">
        {isRunning
          ? containers.map((one) => <RunningRow key={one.service_name} container={one} />)
          : template?.services?.map((one) => (
              <Row key={one.name} name={one.name} image={one.image} note="">
                <Status state="waiting" word="Not running" />
              </Row>
            ))}
      </ul>
    </Card>
  );
}

function RunningRow({ container }: { container: Container }) {
  const { service_name: name, image, restarts, started_at: since, health, status } = container;
  return (
    <Row
      name={name}
      image={image}
      note={
        <>
          {restarts ? `${count(restarts, "restart")}, ` : ""}
          {since && (
            <>
              up since <Time at={since} />
            </>
          )}
        </>
      }
    >
      <Status state={health && health !== "none" ? health : status} />
    </Row>
  );
}

interface RowProps {
  name: string;
  image: string;
  note: ReactNode;
  children: ReactNode;
}

function Row({ name, image, note, children }: RowProps) {
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <span className="min-w-24 text-sm font-medium">{name}</span>
      <code className="text-muted min-w-0 flex-1 basis-32 truncate font-mono text-xs">{image}</code>
      <span className="text-muted tnum min-h-5 text-xs">{note}</span>
      {children}
    </li>
  );
}
