/** How a server that somebody has is reached: address, user and key. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import type { SSHKey } from "../../ssh-keys/api/list-ssh-keys";
import type { NewNode } from "../api/create-node";
import type { Node } from "../api/list-nodes";

const FIELDS = ["name", "ssh_host", "ssh_port", "ssh_user", "ssh_key_id"];

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
  const [given, setGiven] = useState({
    name: node?.name ?? "",
    ssh_host: node?.ssh_host ?? "",
    ssh_port: String(node?.ssh_port ?? 22),
    ssh_user: node?.ssh_user ?? "root",
  });
  const [key, setKey] = useState(node?.ssh_key_id ?? keys[0]?.id ?? "");
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const typed = (name: keyof typeof given) => ({
    value: given[name],
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value }),
  });
  const submit = () =>
    onSubmit({
      name: given.name.trim(),
      ssh_host: given.ssh_host.trim(),
      ssh_port: Number(given.ssh_port),
      ssh_user: given.ssh_user.trim(),
      ssh_key_id: key,
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
        <div className="grid gap-4">
          <Field label="Name" isRequired error={refused.name}>
            {(wiring) => <Input {...wiring} {...typed("name")} minLength={3} maxLength={100} />}
          </Field>
          <div className="grid grid-cols-[1fr_96px] gap-4">
            <Field label="Address" isRequired error={refused.ssh_host}>
              {(wiring) => (
                <Input {...wiring} {...typed("ssh_host")} placeholder="203.0.113.7" className="font-mono" />
              )}
            </Field>
            <Field label="SSH port" isRequired error={refused.ssh_port}>
              {(wiring) => <Input {...wiring} {...typed("ssh_port")} type="number" min={1} max={65535} />}
            </Field>
          </div>
          <Field
            label="User"
            isRequired
            hint="root, one who may use sudo without a password, or one in the group docker."
            error={refused.ssh_user}
          >
            {(wiring) => <Input {...wiring} {...typed("ssh_user")} className="font-mono" />}
          </Field>
          <Field label="SSH key" error={refused.ssh_key_id}>
            {(wiring) => (
              <Select {...wiring} value={key} onChange={(event) => setKey(event.target.value)}>
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
