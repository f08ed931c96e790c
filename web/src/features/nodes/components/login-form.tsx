/** How a server that somebody has is reached: address, user and key. */

import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed, whole } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import type { SSHKey } from "../../ssh-keys/api/list-ssh-keys";
import type { NewNode } from "../api/create-node";
import type { Node } from "../api/list-nodes";

const RULE = z.object({
  name: needed("Name").check(z.minLength(3, "A name has at least 3 characters.")),
  ssh_host: needed("Address"),
  ssh_port: whole("SSH port", 1, 65_535),
  ssh_user: needed("User"),
  ssh_key_id: needed("SSH key"),
});

type Login = z.infer<typeof RULE>;

const FIELDS = Object.keys(RULE.shape);

interface LoginFormProps {
  /** The server as it is, where it is there already. */
  node?: Node;
  keys: SSHKey[];
  /** The button. */
  action: string;
  note: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (given: NewNode) => void;
  onClose: () => void;
}

export function LoginForm({ node, keys, action, note, isBusy, error, onSubmit, onClose }: LoginFormProps) {
  const { register, handleSubmit, formState } = useTypedForm<Login>({
    name: node ? "edit-login" : "new-login",
    resolver: zodResolver(RULE),
    defaultValues: {
      name: node?.name ?? "",
      ssh_host: node?.ssh_host ?? "",
      ssh_port: String(node?.ssh_port ?? 22),
      ssh_user: node?.ssh_user ?? "root",
      ssh_key_id: node?.ssh_key_id ?? keys[0]?.id ?? "",
    },
  });
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const fault = (name: keyof Login) => formState.errors[name]?.message ?? refused[name];
  const typed = (name: keyof Login) => ({ ...register(name), autoComplete: "off", spellCheck: false });
  const submit = handleSubmit((login) => onSubmit({ ...login, ssh_port: Number(login.ssh_port) }));
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <div className="grid gap-4">
          <Field label="Name" isRequired error={fault("name")}>
            {(wiring) => <Input {...wiring} {...typed("name")} maxLength={100} />}
          </Field>
          <div className="grid grid-cols-[1fr_96px] gap-4">
            <Field label="Address" isRequired error={fault("ssh_host")}>
              {(wiring) => (
                <Input {...wiring} {...typed("ssh_host")} placeholder="203.0.113.7" className="font-mono" />
              )}
            </Field>
            <Field label="SSH port" isRequired error={fault("ssh_port")}>
              {(wiring) => <Input {...wiring} {...typed("ssh_port")} inputMode="numeric" />}
            </Field>
          </div>
          <Field
            label="User"
            isRequired
            hint="root, one who may use sudo without a password, or one in the group docker."
            error={fault("ssh_user")}
          >
            {(wiring) => <Input {...wiring} {...typed("ssh_user")} className="font-mono" />}
          </Field>
          <Field label="SSH key" error={fault("ssh_key_id")}>
            {(wiring) => (
              <Select {...wiring} {...register("ssh_key_id")}>
                {keys.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <p className="text-muted text-xs">{note}</p>
        </div>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isBusy}>
          {action}
        </Button>
      </DialogFoot>
    </form>
  );
}
