/** What is to be said about an app beside its state: why it does not run, or what is wrong while it does. */

import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { paths } from "@/config/paths";
import type { Container } from "@/lib/api/types";
import { isBusy, type Deployment } from "../api/list-deployments";

export function Standing({ deployment }: { deployment: Deployment }) {
  if (isBusy(deployment)) return null;
  const { status, health, error_message: cause } = deployment;
  if (status === "pending") {
    return <Notice tone="info">This app has not been started. Start it when you like.</Notice>;
  }
  if (status === "stopped") {
    return <Notice tone="info">This app is stopped. Its data and its address are kept; while it is stopped it costs nothing.</Notice>;
  }
  if (status !== "running") return null;
  if (health === "unreachable") {
    return (
      <Notice tone="warn">
        Its server does not answer, so that nobody can say how the app is. It may go on running; Hoster looks again
        every minute. <Link to={paths.nodes} className="underline">Look at its server</Link>
      </Notice>
    );
  }
  if (health === "degraded" || health === "unhealthy") {
    return (
      <Notice tone="warn">
        {complaint(deployment.containers)}{" "}
        <Link to="/deployments/$id/logs" params={{ id: deployment.id }} className="underline">
          Read the log
        </Link>
      </Notice>
    );
  }
  // The last change did not hold, and the app runs as before.
  return cause ? <Notice tone="warn">The last change was undone, and the app runs as before. {cause}</Notice> : null;
}

const GOOD = new Set(["healthy", "none", "running"]);

function complaint(containers: Container[]): string {
  const ill = containers.filter((one) => one.status !== "running" || !GOOD.has(one.health) || one.restarts > 3);
  const told = ill.map((one) => {
    if (one.out_of_memory) return `${one.service_name} ran out of memory`;
    if (one.status !== "running") return `${one.service_name} is ${one.status}`;
    if (!GOOD.has(one.health)) return `${one.service_name} is ${one.health}`;
    return `${one.service_name} restarted ${one.restarts} times`;
  });
  return told.length > 0 ? `Not all is well: ${told.join(", ")}.` : "Not all of its services are healthy.";
}
