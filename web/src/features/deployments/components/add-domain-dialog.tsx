/** Asks for a host name of one's own. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useAddDomain } from "../api/add-domain";

interface AddDomainProps {
  deploymentId: string;
  isOpen: boolean;
  onClose: () => void;
}

export function AddDomainDialog({ deploymentId, isOpen, onClose }: AddDomainProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a domain"
      description="It leads to the app once it is proven that the name is yours."
    >
      <DomainForm deploymentId={deploymentId} onClose={onClose} />
    </Dialog>
  );
}

function DomainForm({ deploymentId, onClose }: Omit<AddDomainProps, "isOpen">) {
  const [hostname, setHostname] = useState("");
  const { mutate, isPending, error } = useAddDomain(deploymentId);
  const general = formError(error, ["hostname"]);
  const submit = () =>
    mutate(hostname.trim(), {
      onSuccess: () => {
        toast("done", `${hostname.trim()} added. It waits for its proof.`);
        onClose();
      },
    });
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogBody>
        <Field
          label="Host name"
          isRequired
          hint="A full name, such as www.example.com."
          error={fieldErrors(error).hostname}
        >
          {(wiring) => (
            <Input
              {...wiring}
              value={hostname}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              onChange={(event) => setHostname(event.target.value)}
            />
          )}
        </Field>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add domain
        </Button>
      </DialogFoot>
    </form>
  );
}
