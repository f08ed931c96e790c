/** Has a key made, and shows its private half once. */

import { Download } from "lucide-react";
import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Textarea } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useGenerateSSHKey } from "../api/generate-ssh-key";
import type { SSHKey } from "../api/list-ssh-keys";

/** The form's name among those of its page. */
export const GENERATE_SSH_KEY = "generate-ssh-key";

const RULE = z.object({ name: needed("Name") });

interface GenerateSSHKeyProps {
  isOpen: boolean;
  onClose: () => void;
}

export function GenerateSSHKeyDialog({ isOpen, onClose }: GenerateSSHKeyProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Generate an SSH key"
      description="Hoster makes an Ed25519 key and keeps it encrypted. You put its public half on your server."
    >
      <Steps onClose={onClose} />
    </Dialog>
  );
}

function Steps({ onClose }: { onClose: () => void }) {
  const { register, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: GENERATE_SSH_KEY,
    resolver: zodResolver(RULE),
    defaultValues: { name: "" },
  });
  const { mutate, data, isPending, error } = useGenerateSSHKey();
  if (data) return <Made sshKey={data} onClose={onClose} />;
  const submit = handleSubmit(({ name }) => mutate(name));
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <Field label="Name" isRequired hint="As you will recognise it later." error={formState.errors.name?.message ?? fieldErrors(error).name}>
          {(wiring) => (
            <Input {...wiring} {...register("name")} autoComplete="off" />
          )}
        </Field>
        {error && formError(error, ["name"]) && (
          <Notice tone="fail" className="mt-4">
            {formError(error, ["name"])}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Generate SSH key
        </Button>
      </DialogFoot>
    </form>
  );
}

function Made({ sshKey, onClose }: { sshKey: SSHKey; onClose: () => void }) {
  const { name, public_key: publicKey, private_key: privateKey } = sshKey;
  return (
    <>
      <DialogBody>
        <div className="space-y-4">
          <Field
            label="Public key"
            hint={
              <>
                Add this line to <code>~/.ssh/authorized_keys</code> of the user that Hoster logs in as.
              </>
            }
            aside={<CopyButton text={publicKey} label="Copy the public key" />}
          >
            {(wiring) => <Textarea {...wiring} readOnly rows={3} value={publicKey} />}
          </Field>
          {privateKey ? (
            <Field
              label="Private key"
              hint="This is the only time that it is shown. Hoster has it: save it only if you want to log in with it yourself."
              aside={
                <span className="flex">
                  <CopyButton text={privateKey} label="Copy the private key" />
                  <SaveButton name={name} text={privateKey} />
                </span>
              }
            >
              {(wiring) => <Textarea {...wiring} readOnly rows={6} value={privateKey} />}
            </Field>
          ) : (
            <Notice tone="info">The private key was shown before and is not shown again. Hoster has it.</Notice>
          )}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogFoot>
    </>
  );
}

function SaveButton({ name, text }: { name: string; text: string }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name.replace(/[^\w.-]+/g, "-")}.pem`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button look="ghost" size="sm" aria-label="Save the private key as a file" title="Save as a file" onClick={save}>
      <Download aria-hidden />
    </Button>
  );
}
