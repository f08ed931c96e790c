/** Asks for a login at a registry of images. */

import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useCreateRegistry } from "../api/create-registry";

/** The form's name among those of its page. */
export const ADD_REGISTRY = "add-registry";

const RULE = z.object({
  name: needed("Name"),
  host: needed("Registry"),
  username: needed("Username"),
  secret: needed("Secret"),
});

const FIELDS = ["name", "host", "username", "secret"];

interface AddRegistryProps {
  isOpen: boolean;
  onClose: () => void;
}

export function AddRegistryDialog({ isOpen, onClose }: AddRegistryProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a login"
      description="Your apps pull images from this registry with it, on servers of your own."
    >
      <RegistryForm onClose={onClose} />
    </Dialog>
  );
}

function RegistryForm({ onClose }: { onClose: () => void }) {
  const { register, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: ADD_REGISTRY,
    // The secret is nowhere but in its field.
    open: ({ name, host, username }) => ({ name, host, username }),
    resolver: zodResolver(RULE),
    defaultValues: { name: "Docker Hub", host: "docker.io", username: "", secret: "" },
  });
  const { mutate, isPending, error } = useCreateRegistry();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const told = (field: keyof typeof formState.errors) => formState.errors[field]?.message ?? refused[field];
  const submit = handleSubmit((login) =>
    mutate(login, {
      onSuccess: () => {
        toast("done", `Login ${login.name} added.`);
        onClose();
      },
    }),
  );
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="space-y-4">
          <Field label="Name" isRequired error={told("name")}>
            {(wiring) => <Input {...wiring} {...register("name")} autoComplete="off" />}
          </Field>
          <Field
            label="Registry"
            isRequired
            hint="As images name it: docker.io, ghcr.io, registry.example.com:5000."
            error={told("host")}
          >
            {(wiring) => <Input {...wiring} {...register("host")} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field label="Username" isRequired error={told("username")}>
            {(wiring) => <Input {...wiring} {...register("username")} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field
            label="Secret"
            isRequired
            hint="A token that may only read is best. It is encrypted at once and never shown again."
            error={told("secret")}
          >
            {(wiring) => <Input {...wiring} {...register("secret")} type="password" autoComplete="off" />}
          </Field>
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add login
        </Button>
      </DialogFoot>
    </form>
  );
}
