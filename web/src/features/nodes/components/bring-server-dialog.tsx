/** Brings a server that somebody has: how it is reached, and with which key. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useWasTyped } from "@/lib/forms/use-typed";
import { sshKeysQuery, type SSHKey } from "../../ssh-keys/api/list-ssh-keys";
import { ADD_SSH_KEY, AddSSHKeyDialog } from "../../ssh-keys/components/add-ssh-key-dialog";
import { useCreateNode } from "../api/create-node";
import { LoginForm } from "./login-form";

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
  const [isAdding, setAdding] = useState(useWasTyped(ADD_SSH_KEY));
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
  return <NewServerForm keys={keys} onClose={onClose} />;
}

function NewServerForm({ keys, onClose }: { keys: SSHKey[]; onClose: () => void }) {
  const { mutate, isPending, error } = useCreateNode();
  return (
    <LoginForm
      keys={keys}
      action="Add and check server"
      note="The first check pins the host key that it meets and shows its fingerprint: compare it then."
      isBusy={isPending}
      error={error}
      onSubmit={(given) => mutate(given, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
