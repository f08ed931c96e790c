/** What can be done with a server that Hoster made. */

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useCancelProvision } from "../api/cancel-provision";
import { useDestroyProvision } from "../api/destroy-provision";
import { isBusy, type Provision } from "../api/list-provisions";
import { useRetryProvision } from "../api/retry-provision";

export function RetryButton({ provision }: { provision: Provision }) {
  const { mutate, isPending } = useRetryProvision();
  return (
    <Button look="primary" isBusy={isPending} onClick={() => mutate(provision.id)}>
      Try again
    </Button>
  );
}

export function CancelButton({ provision }: { provision: Provision }) {
  const { mutate, isPending } = useCancelProvision();
  return (
    <Button size="sm" isBusy={isPending} onClick={() => mutate(provision.id)}>
      Cancel
    </Button>
  );
}

interface DestroyButtonProps {
  provision: Provision;
  /** The names of the apps that are on it. */
  apps: string[];
}

export function DestroyButton({ provision, apps }: DestroyButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending } = useDestroyProvision();
  const name = provision.instance_name;
  return (
    <>
      <Button
        look="danger"
        size="sm"
        disabled={isBusy(provision)}
        isBusy={isPending}
        onClick={() => setAsking(true)}
      >
        Destroy server
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Destroy ${name}`}
        action="Destroy server and lose its data"
        typed={name}
        isBusy={false}
        error={null}
        onConfirm={() => {
          setAsking(false);
          mutate({ id: provision.id, name });
        }}
      >
        <p>
          The server and every byte on its disk are destroyed at the provider, and its bill ends. Nothing of it
          can be brought back.
        </p>
        {apps.length > 0 && <p>On it now: {apps.join(", ")}. Delete these apps first.</p>}
      </ConfirmDialog>
    </>
  );
}
