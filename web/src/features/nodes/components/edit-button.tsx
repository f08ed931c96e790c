/** Changes how a server that somebody brought is called and reached. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useWasTyped } from "@/lib/forms/use-typed";
import { sshKeysQuery } from "../../ssh-keys/api/list-ssh-keys";
import { useChangeNode } from "../api/change-node";
import type { Node } from "../api/list-nodes";

const LoginForm = lazy(() => import("./login-form").then((loaded) => ({ default: loaded.LoginForm })));

export function EditButton({ node }: { node: Node }) {
  const [isOpen, setOpen] = useState(useWasTyped("edit-login"));
  const isAble = node.work === null && node.status !== "lost";
  return (
    <>
      <Button size="sm" disabled={!isAble} onClick={() => setOpen(true)}>
        Edit
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={`Edit ${node.name}`}>
        <EditForm node={node} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function EditForm({ node, onClose }: { node: Node; onClose: () => void }) {
  const { data: keys, error: unread, refetch } = useQuery(sshKeysQuery);
  const { mutate, isPending, error } = useChangeNode(node);
  if (!keys) {
    return (
      <DialogBody>
        {unread ? (
          <ErrorPanel error={unread} onRetry={() => void refetch()} />
        ) : (
          <Skeleton label="Reading your keys" />
        )}
      </DialogBody>
    );
  }
  return (
    <Suspense fallback={<Skeleton label="Loading the form" />}><LoginForm
      node={node}
      keys={keys}
      action="Save"
      note="Another address, user or key counts at once: Hoster logs in anew, checks the server, and pins the host key that it meets."
      isBusy={isPending}
      error={error}
      onSubmit={(given) => mutate(given, { onSuccess: onClose })}
      onClose={onClose}
    /></Suspense>
  );
}
