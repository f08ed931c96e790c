/** The accounts at providers, each with what can be done with it and what was found in it. */

import { lazy, Suspense, useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import { useCheckCredential } from "../api/check-credential";
import { useDeleteCredential } from "../api/delete-credential";
import type { Credential } from "../api/list-credentials";
import { providerName } from "../providers";
import { SweepReport } from "./sweep-report";

const ReplaceTokenDialog = lazy(() => import("./replace-token-dialog").then((loaded) => ({ default: loaded.ReplaceTokenDialog })));

export function CredentialList({ credentials }: { credentials: Credential[] }) {
  if (credentials.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        With a credential of a cloud provider, Hoster makes servers for you.
      </p>
    );
  }
  return (
    <ul className="divide-line divide-y">
      {credentials.map((credential) => (
        <li key={credential.id} className="px-4 py-3">
          <Item credential={credential} />
        </li>
      ))}
    </ul>
  );
}

function Item({ credential }: { credential: Credential }) {
  const { id, name, provider, status, created_at, last_checked_at: checked } = credential;
  const [isReplacing, setReplacing] = useState(false);
  const check = useCheckCredential(id);
  const ask = () =>
    check.mutate(undefined, { onSuccess: () => toast("done", `${providerName(provider)} accepts the token of ${name}.`) });
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
            {providerName(provider)} · added <Time at={created_at} />
            {checked && (
              <>
                {" · checked "}
                <Time at={checked} />
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button size="sm" aria-label={`Check token of ${name}`} isBusy={check.isPending} onClick={ask}>
            Check token
          </Button>
          <Button size="sm" aria-label={`Replace token of ${name}`} onClick={() => setReplacing(true)}>
            Replace token
          </Button>
          <DeleteButton credential={credential} />
        </div>
      </div>
      {status === "invalid" && !check.error && (
        <Notice tone="fail" className="mt-3">
          {providerName(provider)} refused this token. Servers made with it run on; Hoster can neither make nor destroy
          any until the token is replaced.
        </Notice>
      )}
      {check.error && (
        <Notice tone="fail" className="mt-3">
          {reason(check.error)}
        </Notice>
      )}
      <SweepReport credential={credential} />
      <Suspense fallback={null}>{isReplacing && <ReplaceTokenDialog credential={credential} isOpen onClose={() => setReplacing(false)} />}</Suspense>
    </>
  );
}

function DeleteButton({ credential: { id, name } }: { credential: Credential }) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error, reset } = useDeleteCredential();
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
          Hoster forgets the token and can no longer make or destroy servers with it, nor look for forgotten ones. The
          token itself stays valid at the provider.
        </p>
      </ConfirmDialog>
    </>
  );
}
