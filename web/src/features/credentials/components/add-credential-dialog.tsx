/** Asks for an account at a provider. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useCreateCredential } from "../api/create-credential";
import { PROVIDERS, providerName, secretOf } from "../providers";
import { SecretFields } from "./secret-fields";

const FIELDS = ["name", "provider", "credentials"];

interface AddCredentialProps {
  isOpen: boolean;
  onClose: () => void;
}

export function AddCredentialDialog({ isOpen, onClose }: AddCredentialProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a cloud credential"
      description="Hoster makes and destroys servers with it, in your account and on your bill."
    >
      <CredentialForm onClose={onClose} />
    </Dialog>
  );
}

function CredentialForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("DigitalOcean");
  const [provider, setProvider] = useState("digitalocean");
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const { mutate, isPending, error } = useCreateCredential();
  const problems = fieldErrors(error);
  const general = formError(error, FIELDS);
  const choose = (other: string) => {
    if (name === providerName(provider)) setName(providerName(other));
    setProvider(other);
    setSecrets({});
  };
  const submit = () =>
    mutate(
      { name: name.trim(), provider, credentials: secretOf(provider, secrets) },
      {
        onSuccess: () => {
          toast("done", `Credential ${name} added.`);
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
          <Field label="Provider" error={problems.provider}>
            {(wiring) => (
              <Select {...wiring} value={provider} onChange={(event) => choose(event.target.value)}>
                {Object.entries(PROVIDERS).map(([id, { label }]) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <SecretFields provider={provider} values={secrets} error={problems.credentials} onChange={setSecrets} />
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add credential
        </Button>
      </DialogFoot>
    </form>
  );
}
