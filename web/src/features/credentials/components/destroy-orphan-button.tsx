/** Destroys a server at the provider of which Hoster has no record, once its name is typed. */

import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Time } from "@/components/ui/time";
import { useDestroyOrphan } from "../api/destroy-orphan";
import type { Credential } from "../api/list-credentials";
import { providerName } from "../providers";

interface DestroyOrphanProps {
  credential: Credential;
  orphan: { id: string; name: string; region: string | null; made: string | null };
}

export function DestroyOrphanButton({ credential, orphan }: DestroyOrphanProps) {
  const { id, name, region, made } = orphan;
  const provider = providerName(credential.provider);
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, isSuccess, error, reset } = useDestroyOrphan(credential.id);
  return (
    <>
      <Button size="sm" look="danger" disabled={isSuccess} aria-label={`Destroy ${name}`} onClick={() => setAsking(true)}>
        {isSuccess ? "Destroyed" : "Destroy…"}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
          reset();
        }}
        title={`Destroy ${name} at ${provider}`}
        action="Destroy this server"
        typed={name}
        isBusy={isPending}
        error={error}
        onConfirm={() =>
          mutate(
            { server_id: id, name },
            {
              onSuccess: () => {
                toast("done", `${provider} destroys the server ${name}.`);
                setAsking(false);
              },
            },
          )
        }
      >
        <p>
          Hoster has no record of this server: look at it first, at {provider} or over SSH. It and every byte on its
          disk are destroyed, and cannot be brought back.
        </p>
        <p className="text-muted text-xs">
          Server <span className="font-mono">{id}</span>
          {region && ` in ${region}`}
          {made && (
            <>
              , made <Time at={made} />
            </>
          )}
        </p>
      </ConfirmDialog>
    </>
  );
}
