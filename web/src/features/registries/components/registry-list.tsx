/** The logins at registries, each with what can be done with it. */

import { lazy, Suspense, useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import { useCheckRegistry } from "../api/check-registry";
import { useDeleteRegistry } from "../api/delete-registry";
import type { Registry } from "../api/list-registries";
import { called } from "../called";

const ReplaceLoginDialog = lazy(() => import("./replace-login-dialog").then((loaded) => ({ default: loaded.ReplaceLoginDialog })));

export function RegistryList({ registries }: { registries: Registry[] }) {
  if (registries.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        With a login at a registry, your apps pull private images, and have its own limit on pulls.
      </p>
    );
  }
  return (
    <ul className="divide-line divide-y">
      {registries.map((registry) => (
        <li key={registry.id} className="px-4 py-3">
          <Item registry={registry} />
        </li>
      ))}
    </ul>
  );
}

function Item({ registry }: { registry: Registry }) {
  const { id, name, host, username, status, created_at, last_checked_at: checked } = registry;
  const [isReplacing, setReplacing] = useState(false);
  const check = useCheckRegistry(id);
  const ask = () => check.mutate(undefined, { onSuccess: () => toast("done", `${called(host)} accepts the login ${name}.`) });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <p className="flex min-w-0 items-center gap-2 text-sm font-medium">
            <span className="truncate">{name}</span>
            <span role="status" className="flex">
              <Status state={status} />
            </span>
          </p>
          <p className="text-muted mt-0.5 text-xs">
            <span className="font-mono">
              {username}@{host}
            </span>
            {" · added "}
            <Time at={created_at} />
            {checked && (
              <>
                {" · checked "}
                <Time at={checked} />
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button size="sm" aria-label={`Check ${name}`} isBusy={check.isPending} onClick={ask}>
            Check
          </Button>
          <Button size="sm" aria-label={`Replace ${name}`} onClick={() => setReplacing(true)}>
            Replace
          </Button>
          <DeleteButton registry={registry} />
        </div>
      </div>
      {status === "invalid" && !check.error && (
        <Notice tone="fail" className="mt-3">
          {called(host)} refused this login. Apps that run go on; what they pull next fails until it is replaced.
        </Notice>
      )}
      {check.error && (
        <Notice tone="fail" className="mt-3">
          {reason(check.error)}
        </Notice>
      )}
      <Suspense fallback={null}>{isReplacing && <ReplaceLoginDialog registry={registry} isOpen onClose={() => setReplacing(false)} />}</Suspense>
    </>
  );
}

function DeleteButton({ registry: { id, name, host } }: { registry: Registry }) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error, reset } = useDeleteRegistry();
  const close = () => {
    setAsking(false);
    reset();
  };
  return (
    <>
      <Button size="sm" aria-label={`Delete ${name}`} onClick={() => setAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        title={`Delete ${name}`}
        action="Delete"
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate(id, { onSuccess: close })}
      >
        <p>
          Hoster forgets the login. Apps that run go on; what they pull next from {called(host)} is asked for without
          one, so that private images fail. The login itself stays valid there.
        </p>
      </ConfirmDialog>
    </>
  );
}
