/** Ends the record of a server that is gone and whose going cannot be proven. */

import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { providerName } from "../../credentials/providers";
import { useDeclareGone } from "../api/declare-gone";
import type { Provision } from "../api/list-provisions";

export function ForgetButton({ provision }: { provision: Provision }) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error, reset } = useDeclareGone(provision.id);
  const { instance_name: name } = provision;
  const provider = providerName(provision.provider);
  const close = () => {
    setAsking(false);
    reset();
  };
  return (
    <>
      <Button look="danger" disabled={provision.work !== null} onClick={() => setAsking(true)}>
        The server is gone: forget it
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        title={`Forget ${name}`}
        action="It is gone: forget it"
        typed={name}
        isBusy={isPending}
        error={error}
        onConfirm={() =>
          mutate(name, {
            onSuccess: () => {
              toast("done", `Server ${name} is being forgotten.`);
              close();
            },
          })
        }
      >
        <p>
          Do this only when you have looked at {provider} yourself and the server is not there. Hoster does not ask{" "}
          {provider}: it takes your word, ends what was on the server and takes it out of your list.
        </p>
        <p>
          If the server exists after all, {provider} goes on billing it until it is destroyed. When Hoster can see the
          account again and meets the server, it destroys it.
        </p>
        <p className="text-muted text-xs">
          Server <span className="font-mono">{provision.provider_instance_id ?? "without a known id"}</span> in{" "}
          {provision.region}
        </p>
      </ConfirmDialog>
    </>
  );
}
