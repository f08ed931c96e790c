/** Puts another username and secret in the place of a login's. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import type { Registry } from "../api/list-registries";
import { useReplaceLogin } from "../api/replace-login";
import { called } from "../called";

const RULE = z.object({ username: needed("Username"), secret: needed("Secret") });

interface ReplaceLoginProps {
  registry: Registry;
  isOpen: boolean;
  onClose: () => void;
}

export function ReplaceLoginDialog({ registry, isOpen, onClose }: ReplaceLoginProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Replace the login ${registry.name}`}
      description={`Apps that run are not touched. What they pull next is asked for at ${called(registry.host)} with the new one.`}
    >
      <LoginForm registry={registry} onClose={onClose} />
    </Dialog>
  );
}

function LoginForm({ registry, onClose }: Omit<ReplaceLoginProps, "isOpen">) {
  const { id, name, host, username } = registry;
  const { register, handleSubmit, formState } = useForm<z.infer<typeof RULE>>({
    resolver: zodResolver(RULE),
    defaultValues: { username, secret: "" },
  });
  const { mutate, isPending, error } = useReplaceLogin(id);
  const refused = fieldErrors(error);
  const general = formError(error, ["username", "secret"]);
  const submit = handleSubmit((login) =>
    mutate(login, {
      onSuccess: () => {
        toast("done", `${called(host)} accepts the new login ${name}.`);
        onClose();
      },
    }),
  );
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="space-y-4">
          <Field label="Username" isRequired error={formState.errors.username?.message ?? refused.username}>
            {(wiring) => <Input {...wiring} {...register("username")} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field label="Secret" isRequired error={formState.errors.secret?.message ?? refused.secret}>
            {(wiring) => <Input {...wiring} {...register("secret")} type="password" autoComplete="off" />}
          </Field>
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Keep the old one</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Replace login
        </Button>
      </DialogFoot>
    </form>
  );
}
