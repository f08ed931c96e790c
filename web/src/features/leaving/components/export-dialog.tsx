/** Asks before an account is exported: what is in the archive, and how old the data of its apps is. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CheckField } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { backupsQuery } from "../../backups/api/list-backups";
import { deploymentsQuery } from "../../deployments/api/list-deployments";
import { useCreateExport } from "../api/create-export";
import { freshnessOf, type Freshness } from "../freshness";

/** So many apps are named: those whose backups are the oldest. */
const MOST = 8;

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const [isFresh, setFresh] = useState(false);
  const { mutate, isPending, error } = useCreateExport();
  const { data: apps, isPending: isReadingApps } = useQuery(deploymentsQuery);
  const { data: backups, isPending: isReadingBackups } = useQuery(backupsQuery());
  const known = apps && backups && freshnessOf(apps, backups);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title="Export your account"
      action={isFresh ? "Back up, then export with secrets" : "Export with secrets"}
      keep="Cancel"
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({ isFresh }, { onSuccess: onClose })}
    >
      <p>
        The archive holds the passwords and keys of your apps in clear: nothing runs without them. Whoever has the file
        has them. It is kept for seven days, and only you can fetch it.
      </p>
      <p>
        The data of volumes comes from the latest backup of each app, as files of their own. What no backup has stays on
        the servers, and the runbook of its app says how to copy it.
      </p>
      {isReadingApps || isReadingBackups ? (
        <Skeleton label="Reading how old your backups are" rows={2} />
      ) : (
        (known === undefined || known.length > 0) && (
          <>
            {known && <Ages known={known} />}
            <CheckField
              label="Back up every app first"
              hint="An app that cannot be dumped while it runs is stopped while its data is sent, and started again. This can take hours; what is not done after six comes from the backup before."
              isChecked={isFresh}
              onChange={setFresh}
            />
          </>
        )
      )}
    </ConfirmDialog>
  );
}

function Ages({ known }: { known: Freshness[] }) {
  const more = known.length - MOST;
  return (
    <div className="border-line rounded-md border text-xs">
      <ul aria-label="Latest backups" className="divide-line divide-y">
        {known.slice(0, MOST).map(({ id, name, at }) => (
          <li key={id} className="flex min-h-8 items-center justify-between gap-3 px-3 py-1">
            <Link to="/deployments/$id/backups" params={{ id }} className="min-w-0 truncate underline">
              {name}
            </Link>
            {at ? (
              <span className="text-muted shrink-0">
                backed up <Time at={at} />
              </span>
            ) : (
              <span className="text-warn shrink-0 font-medium">no backup</span>
            )}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="border-line text-muted border-t px-3 py-1">and {more} more, backed up later</p>}
    </div>
  );
}
