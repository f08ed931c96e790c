/** Asks for a private key. */

import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Textarea } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useCreateSSHKey } from "../api/create-ssh-key";

const RULE = z.object({ name: needed("Name"), private_key: needed("Private key") });
const FIELDS = Object.keys(RULE.shape);

/** The form's name among those of its page. */
export const ADD_SSH_KEY = "add-ssh-key";

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
  const { register, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: ADD_SSH_KEY,
    // The private key is nowhere but in its field.
    open: ({ name }) => ({ name }),
    resolver: zodResolver(RULE),
    defaultValues: { name: "", private_key: "" },
  });
  const { mutate, isPending, error } = useCreateSSHKey();
  const { errors } = formState;
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const submit = handleSubmit(({ name, private_key: privateKey }) =>
    mutate(
      { name, private_key: `${privateKey}\n` },
      {
        onSuccess: () => {
          toast("done", `SSH key ${name} added.`);
          onClose();
        },
      },
    ),
  );
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <div className="space-y-4">
          <Field label="Name" isRequired error={errors.name?.message ?? refused.name}>
            {(wiring) => <Input {...wiring} {...register("name")} autoComplete="off" />}
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
            error={errors.private_key?.message ?? refused.private_key}
          >
            {(wiring) => (
              <Textarea
                {...wiring}
                {...register("private_key")}
                rows={8}
                spellCheck={false}
                autoComplete="off"
                placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
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
