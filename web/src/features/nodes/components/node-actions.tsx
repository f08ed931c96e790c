/** What can be done with a server that is in use. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useActOnNode } from "../api/act-on-node";
import type { Node } from "../api/list-nodes";
import { residentsQuery } from "../api/list-residents";
import { useRemoveNode } from "../api/remove-node";
import { named } from "../residents";

export function CheckButton({ node }: { node: Node }) {
  const { mutate, isPending } = useActOnNode(node.id);
  const isAble = node.work === null && node.status !== "lost";
  return (
    <Button size="sm" disabled={!isAble} isBusy={isPending} onClick={() => mutate("check")}>
      Check now
    </Button>
  );
}

export function MaintenanceButton({ node }: { node: Node }) {
  const { mutate, isPending } = useActOnNode(node.id);
  const isParked = node.status === "maintenance";
  return (
    <Button
      size="sm"
      className="min-w-[132px]"
      title={isParked ? "Apps may be placed here again" : "Nothing new is placed here; what runs goes on"}
      disabled={node.status === "lost"}
      isBusy={isPending}
      onClick={() => mutate(isParked ? "resume" : "park")}
    >
      {isParked ? "End maintenance" : "Begin maintenance"}
    </Button>
  );
}

/** For a server that somebody brought, or that is lost: Hoster forgets it and touches nothing. */
export function RemoveButton({ node }: { node: Node }) {
  const [isAsking, setAsking] = useState(false);
  const { data: apps, isFetching } = useQuery({ ...residentsQuery(node.id), enabled: isAsking });
  const { mutate, isPending, error, reset } = useRemoveNode(node.id);
  const isKnown = apps !== undefined && !isFetching;
  const close = () => {
    setAsking(false);
    reset();
  };
  return (
    <>
      <Button look="danger" size="sm" disabled={node.work !== null} onClick={() => setAsking(true)}>
        Remove server
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        title={`Remove ${node.name}`}
        action="Remove server"
        isKnown={isKnown && apps.length === 0}
        isBusy={isPending}
        error={error}
        onConfirm={() =>
          mutate(undefined, {
            onSuccess: () => {
              toast("done", `Server ${node.name} is removed.`);
              close();
            },
          })
        }
      >
        <p>Hoster forgets this server and how to log in. Nothing on the server itself is changed.</p>
        {isKnown && apps.length > 0 && <p>On it now: {named(apps).join(", ")}. Delete these apps first.</p>}
      </ConfirmDialog>
    </>
  );
}
