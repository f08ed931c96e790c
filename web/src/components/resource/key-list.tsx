/** Named keys, each with what it is for and a way to forget it. */

import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { CopyButton } from "../ui/copy-button";
import { Time } from "../ui/time";

export interface KeyItem {
  id: string;
  name: string;
  about: string;
  created_at: string;
  /** Said where it is in use: by what. */
  use?: string;
  /** What of it may be shown to others. */
  public_key?: string;
}

interface KeyListProps {
  items: KeyItem[];
  /** Said where there are none. */
  empty: string;
  /** Said before one is forgotten. */
  lost: string;
  removal: UseMutationResult<boolean, Error, string>;
}

export function KeyList({ items, empty, lost, removal }: KeyListProps) {
  const [leaving, setLeaving] = useState<KeyItem | null>(null);
  const { mutate, isPending, error, reset } = removal;
  const close = () => {
    setLeaving(null);
    reset();
  };
  if (items.length === 0) return <p className="text-muted px-4 py-3 text-sm">{empty}</p>;
  return (
    <>
      <ul className="divide-line divide-y">
        {items.map((item) => (
          <li key={item.id} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
            <div className="min-w-0 flex-1 basis-40">
              <p className="truncate text-sm font-medium">{item.name}</p>
              <p className="text-muted truncate font-mono text-xs" title={item.about}>
                {item.about}
              </p>
              <p className="text-muted text-xs">
                Added <Time at={item.created_at} />
              </p>
              {item.use && <p className="text-muted truncate text-xs">{item.use}</p>}
            </div>
            {item.public_key && (
              <CopyButton text={item.public_key} label={`Copy the public key of ${item.name}`} />
            )}
            <Button size="sm" aria-label={`Delete ${item.name}`} onClick={() => setLeaving(item)}>
              Delete
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={close}
        title={`Delete ${leaving?.name ?? ""}`}
        action="Delete"
        isBusy={isPending}
        error={error}
        onConfirm={() => {
          if (leaving) mutate(leaving.id, { onSuccess: close });
        }}
      >
        <p>{lost}</p>
        {leaving?.use && <p>{leaving.use}.</p>}
      </ConfirmDialog>
    </>
  );
}
