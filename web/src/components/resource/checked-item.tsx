/** A secret that somebody else judges: how it stands there, asked for again, replaced, forgotten. */

import type { UseMutationResult } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { reason } from "@/lib/api/errors";
import { Notice } from "../feedback/notice";
import { Status } from "../feedback/status";
import { toast } from "../feedback/toasts";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { Time } from "../ui/time";

export interface Checked {
  id: string;
  name: string;
  status: string;
  created_at: string;
  last_checked_at?: string | null;
}

interface CheckedItemProps {
  item: Checked;
  /** Whose it is, and where. */
  about: ReactNode;
  /** What of it is checked and replaced, for the buttons; nothing where that is all of it. */
  part?: string;
  check: UseMutationResult<unknown, Error, void>;
  /** Said when a check went well. */
  accepted: string;
  /** Said of one that was refused: what follows from that. */
  refused: string;
  /** The dialog that puts another one in its place, which may be loaded when it is asked for. */
  replacing: (onClose: () => void) => ReactNode;
  removal: UseMutationResult<boolean, Error, string>;
  /** Said before it is forgotten. */
  lost: string;
  children?: ReactNode;
}

export function CheckedItem(props: CheckedItemProps) {
  const { item, about, part, check, accepted, refused, replacing, removal, lost, children } = props;
  const { name, status, created_at: added, last_checked_at: checked } = item;
  const [isReplacing, setReplacing] = useState(false);
  const said = (verb: string) => (part ? `${verb} ${part}` : verb);
  const named = (verb: string) => (part ? `${verb} ${part} of ${name}` : `${verb} ${name}`);
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
            {about}
            {" · added "}
            <Time at={added} />
            {checked && (
              <>
                {" · checked "}
                <Time at={checked} />
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            aria-label={named("Check")}
            isBusy={check.isPending}
            onClick={() => check.mutate(undefined, { onSuccess: () => toast("done", accepted) })}
          >
            {said("Check")}
          </Button>
          <Button size="sm" aria-label={named("Replace")} onClick={() => setReplacing(true)}>
            {said("Replace")}
          </Button>
          <DeleteButton item={item} removal={removal} lost={lost} />
        </div>
      </div>
      {check.error ? (
        <Notice tone="fail" className="mt-3">
          {reason(check.error)}
        </Notice>
      ) : (
        status === "invalid" && (
          <Notice tone="fail" className="mt-3">
            {refused}
          </Notice>
        )
      )}
      {children}
      <Suspense fallback={null}>{isReplacing && replacing(() => setReplacing(false))}</Suspense>
    </>
  );
}

function DeleteButton({ item: { id, name }, removal, lost }: Pick<CheckedItemProps, "item" | "removal" | "lost">) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error, reset } = removal;
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
        <p>{lost}</p>
      </ConfirmDialog>
    </>
  );
}
