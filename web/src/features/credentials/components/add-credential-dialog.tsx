/** Asks for an account at a provider. */

import { zodResolver } from "@hookform/resolvers/zod";
import { FormProvider, useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useCreateCredential } from "../api/create-credential";
import { missingParts, PROVIDERS, providerName, secretOf } from "../providers";
import { SecretFields } from "./secret-fields";

/** The form's name among those of its page. */
export const ADD_CREDENTIAL = "add-credential";

const RULE = z
  .object({ name: needed("Name"), provider: z.string(), secrets: z.record(z.string(), z.string()) })
  .check(({ value, issues }) => {
    issues.push(...missingParts(value.provider, value.secrets));
  });

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
  const form = useTypedForm<z.infer<typeof RULE>>({
    name: ADD_CREDENTIAL,
    // Tokens are nowhere but in their fields.
    open: ({ name, provider }) => ({ name, provider }),
    resolver: zodResolver(RULE),
    defaultValues: { name: "DigitalOcean", provider: "digitalocean", secrets: {} },
  });
  const { register, control, getValues, setValue, formState } = form;
  const provider = useWatch({ control, name: "provider" });
  const { mutate, isPending, error } = useCreateCredential();
  const { errors } = formState;
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const choose = (other: string) => {
    if (getValues("name") === providerName(provider)) setValue("name", providerName(other));
    setValue("provider", other, { shouldDirty: true });
    setValue("secrets", {});
  };
  const submit = form.handleSubmit(({ name, secrets }) =>
    mutate(
      { name, provider, credentials: secretOf(provider, secrets) },
      {
        onSuccess: () => {
          toast("done", `Credential ${name} added.`);
          onClose();
        },
      },
    ),
  );
  return (
    <FormProvider {...form}>
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
            <Field label="Provider" error={refused.provider}>
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
            <SecretFields provider={provider} error={refused.credentials} />
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
    </FormProvider>
  );
}
