/** Brings a server that somebody has: how it is reached, and with which key. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { fieldErrors, formError } from "@/lib/api/errors";
import { sshKeysQuery, type SSHKey } from "../../ssh-keys/api/list-ssh-keys";
import { AddSSHKeyDialog } from "../../ssh-keys/components/add-ssh-key-dialog";
import { useCreateNode } from "../api/create-node";

const FIELDS = ["name", "ssh_host", "ssh_port", "ssh_user", "ssh_key_id"];

interface BringServerProps {
  isOpen: boolean;
  onClose: () => void;
}

export function BringServerDialog({ isOpen, onClose }: BringServerProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a server of yours"
      description="A Linux machine with Docker that Hoster can reach by SSH. It stays yours: Hoster only runs apps on it."
    >
      <WithKeys onClose={onClose} />
    </Dialog>
  );
}

function WithKeys({ onClose }: { onClose: () => void }) {
  const { data: keys, error, refetch } = useQuery(sshKeysQuery);
  const [isAdding, setAdding] = useState(false);
  if (!keys) {
    return (
      <DialogBody>
        {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Skeleton label="Reading your keys" />}
      </DialogBody>
    );
  }
  if (keys.length === 0) {
    return (
      <DialogBody>
        <EmptyState sentence="Hoster needs an SSH key to log in to it.">
          <Button look="primary" onClick={() => setAdding(true)}>
            Add an SSH key
          </Button>
        </EmptyState>
        <AddSSHKeyDialog isOpen={isAdding} onClose={() => setAdding(false)} />
      </DialogBody>
    );
  }
  return <BringForm keys={keys} onClose={onClose} />;
}

function BringForm({ keys, onClose }: { keys: SSHKey[]; onClose: () => void }) {
  const [given, setGiven] = useState({ name: "", ssh_host: "", ssh_port: "22", ssh_user: "root" });
  const [key, setKey] = useState(keys[0]?.id ?? "");
  const { mutate, isPending, error } = useCreateNode();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const typed = (name: keyof typeof given) => ({
    value: given[name],
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value }),
  });
  const submit = () =>
    mutate(
      {
        name: given.name.trim(),
        ssh_host: given.ssh_host.trim(),
        ssh_port: Number(given.ssh_port),
        ssh_user: given.ssh_user.trim(),
        ssh_key_id: key,
      },
      { onSuccess: onClose },
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
          <p className="text-muted text-xs">
            The first check pins the host key that it meets and shows its fingerprint: compare it then.
          </p>
        </div>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add and check server
        </Button>
      </DialogFoot>
    </form>
  );
}
