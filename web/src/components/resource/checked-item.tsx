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
  /** What is done with another one that is given: it replaces this one, or changes it. */
  verb?: "Replace" | "Change";
  check: UseMutationResult<unknown, Error, void>;
  /** Said when a check went well. */
  accepted: string;
  /** Said of one that was refused: what follows from that. */
  refused: string;
  /** The dialog that puts another one in its place, which may be loaded when it is asked for. */
  replacing: (onClose: () => void) => ReactNode;
  removal: UseMutationResult<boolean, Error, string>;
  /** Said before it is forgotten, or of what holds it. */
  lost: ReactNode;
  /** Whether something uses it, so that it cannot be forgotten. */
  isHeld?: boolean;
  children?: ReactNode;
}

export function CheckedItem(props: CheckedItemProps) {
  const { item, about, part, verb = "Replace", check, accepted, refused, replacing, removal, lost, children } = props;
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
          <Button size="sm" aria-label={named(verb)} onClick={() => setReplacing(true)}>
            {said(verb)}
          </Button>
          <DeleteButton item={item} removal={removal} lost={lost} isHeld={props.isHeld ?? false} />
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

type Removed = Required<Pick<CheckedItemProps, "item" | "removal" | "lost" | "isHeld">>;

function DeleteButton({ item: { id, name }, removal, lost, isHeld }: Removed) {
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
        isKnown={!isHeld}
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate(id, { onSuccess: close })}
      >
        <div>{lost}</div>
      </ConfirmDialog>
    </>
  );
}
