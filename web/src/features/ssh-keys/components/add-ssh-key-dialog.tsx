/** Asks for a private key. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Textarea } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useCreateSSHKey } from "../api/create-ssh-key";

const FIELDS = ["name", "private_key"];

interface AddSSHKeyProps {
  isOpen: boolean;
  onClose: () => void;
}

export function AddSSHKeyDialog({ isOpen, onClose }: AddSSHKeyProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add an SSH key"
      description="Make a key for Hoster alone, so that you can take it back at any time."
    >
      <SSHKeyForm onClose={onClose} />
    </Dialog>
  );
}

function SSHKeyForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [privateKey, setPrivateKey] = useState("");
  const { mutate, isPending, error } = useCreateSSHKey();
  const problems = fieldErrors(error);
  const general = formError(error, FIELDS);
  const submit = () =>
    mutate(
      { name: name.trim(), private_key: `${privateKey.trim()}\n` },
      {
        onSuccess: () => {
          toast("done", `SSH key ${name} added.`);
          onClose();
        },
      },
    );
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogBody>
        <div className="space-y-4">
          <Field label="Name" isRequired error={problems.name}>
            {(wiring) => <Input {...wiring} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field
            label="Private key"
            isRequired
            hint={
              <>
                Made with <code>ssh-keygen -t ed25519 -f hoster</code>. It is encrypted at once and never shown
                again.
              </>
            }
            error={problems.private_key}
          >
            {(wiring) => (
              <Textarea
                {...wiring}
                rows={8}
                spellCheck={false}
                autoComplete="off"
                placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
                value={privateKey}
                onChange={(event) => setPrivateKey(event.target.value)}
              />
            )}
          </Field>
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add SSH key
        </Button>
      </DialogFoot>
    </form>
  );
}
