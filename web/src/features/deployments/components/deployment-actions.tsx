/** What can be done with an app. Every button keeps its place in every state. */

import { ExternalLink } from "lucide-react";
import { AnchorButton, Button, LinkButton } from "@/components/ui/button";
import { useActOnDeployment } from "../api/act-on-deployment";
import { isBusy, type Deployment } from "../api/list-deployments";
import { remedyOf } from "../remedies";
import { DeleteButton } from "./delete-button";

export function DeploymentActions({ deployment }: { deployment: Deployment }) {
  return (
    <div className="grid w-full grid-cols-2 gap-2 sm:flex sm:w-auto sm:flex-wrap">
      <OpenButton deployment={deployment} />
      <TurnButton deployment={deployment} />
      <RestartButton deployment={deployment} />
      <DeleteButton deployment={deployment} />
    </div>
  );
}

/** What helps when it failed: try again, or change what it failed of. */
export function FailureRemedies({ deployment }: { deployment: Deployment }) {
  const { label, to } = remedyOf(deployment.error_code);
  return (
    <>
      <TurnButton deployment={deployment} />
      <LinkButton to={to} params={{ id: deployment.id }}>
        {label}
      </LinkButton>
    </>
  );
}

function OpenButton({ deployment }: { deployment: Deployment }) {
  if (deployment.status !== "running" || !deployment.url) {
    return (
      <Button disabled>
        <ExternalLink aria-hidden />
        Open app
      </Button>
    );
  }
  return (
    <AnchorButton look="primary" href={deployment.url} target="_blank" rel="noreferrer">
      <ExternalLink aria-hidden />
      Open app
    </AnchorButton>
  );
}

function RestartButton({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useActOnDeployment(deployment.id);
  const isRestarting = deployment.work?.kind === "restart";
  const isAble = isRestarting || (deployment.status === "running" && !isBusy(deployment));
  return (
    <Button
      className="min-w-[132px]"
      isBusy={isPending}
      disabled={!isAble}
      onClick={() => mutate(isRestarting ? "cancel" : "restart")}
    >
      {isRestarting ? "Cancel restart" : "Restart app"}
    </Button>
  );
}

const STARTABLE = new Set(["pending", "stopped", "failed"]);

/** Wide enough for each of its words, so that its neighbours stay. */
const WIDTH = "min-w-[116px]";

function TurnButton({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useActOnDeployment(deployment.id);
  if (deployment.work?.kind === "deploy") {
    return (
      <Button className={WIDTH} isBusy={isPending} onClick={() => mutate("cancel")}>
        Cancel start
      </Button>
    );
  }
  const isDisabled = isBusy(deployment);
  if (STARTABLE.has(deployment.status)) {
    return (
      <Button
        look="primary"
        className={WIDTH}
        isBusy={isPending}
        disabled={isDisabled}
        onClick={() => mutate("start")}
      >
        {deployment.status === "failed" ? "Start again" : "Start app"}
      </Button>
    );
  }
  return (
    <Button className={WIDTH} isBusy={isPending} disabled={isDisabled} onClick={() => mutate("stop")}>
      Stop app
    </Button>
  );
}
