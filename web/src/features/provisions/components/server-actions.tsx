/** What can be done with a server that Hoster made. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { residentsQuery } from "../../nodes/api/list-residents";
import { AppsThatEnd } from "../../nodes/components/apps-that-end";
import { useCancelProvision } from "../api/cancel-provision";
import { useDestroyProvision } from "../api/destroy-provision";
import type { Provision } from "../api/list-provisions";
import { useRetryProvision } from "../api/retry-provision";
import { failedToGo } from "../failures";

export function RetryButton({ provision }: { provision: Provision }) {
  const { mutate, isPending } = useRetryProvision();
  return (
    <Button look="primary" isBusy={isPending} onClick={() => mutate(provision.id)}>
      {failedToGo(provision) ? "Try to destroy it again" : "Try again"}
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

export function DestroyButton({ provision }: { provision: Provision }) {
  const [isAsking, setAsking] = useState(false);
  const { mutate } = useDestroyProvision();
  const isGoing = provision.status === "destroying";
  return (
    <>
      <Button look="danger" size="sm" className="min-w-[116px]" disabled={isGoing} onClick={() => setAsking(true)}>
        Destroy server
      </Button>
      <DestroyDialog
        provision={provision}
        isOpen={isAsking && !isGoing}
        onClose={() => setAsking(false)}
        onConfirm={(withApps) => {
          setAsking(false);
          mutate({ id: provision.id, name: provision.instance_name, withApps });
        }}
      />
    </>
  );
}

interface DestroyDialogProps {
  provision: Provision;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: (withApps: boolean) => void;
}

function DestroyDialog({ provision, isOpen, onClose, onConfirm }: DestroyDialogProps) {
  const { instance_name: name, node_id: node, status } = provision;
  const residents = useQuery({ ...residentsQuery(node ?? ""), enabled: isOpen && Boolean(node) });
  const apps = node ? residents.data : [];
  const isMaking = ["pending", "creating", "configuring"].includes(status);
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Destroy ${name}`}
      action={apps?.length ? "Destroy server and its apps" : "Destroy server and lose its data"}
      typed={name}
      isKnown={apps !== undefined && !residents.isFetching}
      isBusy={false}
      error={null}
      onConfirm={() => onConfirm(Boolean(apps?.length))}
    >
      <p>
        The server and every byte on its disk are destroyed at the provider, and its bill ends. Nothing of it can be
        brought back.
      </p>
      {isMaking && <p>It is still being set up: that ends at once.</p>}
      {node && <AppsThatEnd residents={residents} fate="will be deleted first, with everything in them" />}
    </ConfirmDialog>
  );
}
