/** What can be done with an app. Every button keeps its place in every state. */

import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { AnchorButton, Button, LinkButton } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useActOnDeployment } from "../api/act-on-deployment";
import { useDeleteDeployment } from "../api/delete-deployment";
import { isBusy, type Deployment } from "../api/list-deployments";
import { remedyOf } from "../remedies";

export function DeploymentActions({ deployment }: { deployment: Deployment }) {
  return (
    <div className="flex flex-wrap gap-2">
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

function DeleteButton({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useDeleteDeployment(deployment.id);
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="danger" disabled={isBusy(deployment) || isPending} onClick={() => setAsking(true)}>
        Delete app
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${deployment.name}`}
        action="Delete and lose its data"
        typed={deployment.name}
        isBusy={false}
        error={null}
        onConfirm={() => {
          setAsking(false);
          mutate();
        }}
      >
        <p>
          Its containers, its volumes with everything in them and its host names are removed from the server.
          Nothing of it can be brought back.
        </p>
      </ConfirmDialog>
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
