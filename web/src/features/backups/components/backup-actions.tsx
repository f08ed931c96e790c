/** What can be done with a backup: its data back in the app or in a new one, fetched, deleted. */

import { lazy, Suspense, useState } from "react";
import { Link } from "@tanstack/react-router";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { paths } from "@/config/paths";
import { exact, sizeOf } from "@/lib/format";
import { isBusy, type Deployment } from "../../deployments/api/list-deployments";
import { useDeleteBackup } from "../api/delete-backup";
import { isBeingTried, type Backup } from "../api/list-backups";
import { useOpenBackup } from "../api/open-backup";
import { useTryBackup } from "../api/try-backup";
import { called, isBucketsRefusal } from "../words";
import { RestoreDialog } from "./restore-dialog";

const DownloadDialog = lazy(() => import("./download-dialog").then((loaded) => ({ default: loaded.DownloadDialog })));
const NewAppDialog = lazy(() => import("./new-app-dialog").then((loaded) => ({ default: loaded.NewAppDialog })));

interface BackupActionsProps {
  backup: Backup;
  /** The app that it is of, where it is still there. */
  app: Deployment | undefined;
}

type Asked = "restore" | "new-app" | "download" | "delete" | null;

export function BackupActions({ backup, app }: BackupActionsProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const trying = useTryBackup(backup.id);
  const opening = useOpenBackup(backup.id);
  const close = () => {
    setAsked(null);
    opening.reset();
  };
  const open = () => {
    setAsked("download");
    opening.mutate();
  };
  const name = called(backup);
  const holdsData = backup.status === "complete";
  return (
    <div className="flex flex-wrap gap-2">
      {holdsData && app && (
        <Button
          size="sm"
          aria-label={`Restore here: ${name}`}
          disabled={isBusy(app)}
          onClick={() => setAsked("restore")}
        >
          Restore here
        </Button>
      )}
      {holdsData && (
        <>
          <Button size="sm" aria-label={`Restore into a new app: ${name}`} onClick={() => setAsked("new-app")}>
            Restore into a new app
          </Button>
          <Button
            size="sm"
            aria-label={`Try a restore: ${name}`}
            title="An app is made with its data for a moment, and costs nothing"
            isBusy={trying.isPending}
            disabled={isBeingTried(backup)}
            onClick={() => trying.mutate()}
          >
            Try a restore
          </Button>
          <Button size="sm" aria-label={`Download: ${name}`} onClick={open}>
            Download
          </Button>
        </>
      )}
      <Button size="sm" aria-label={`Delete: ${name}`} disabled={isBeingTried(backup)} onClick={() => setAsked("delete")}>
        Delete
      </Button>
      {app && (
        <RestoreDialog backup={backup} deployment={app} isOpen={asked === "restore"} onClose={close} />
      )}
      <Suspense fallback={null}>
        {asked === "new-app" && <NewAppDialog backup={backup} onClose={close} />}
        {asked === "download" && <DownloadDialog backup={backup} opening={opening} onClose={close} />}
      </Suspense>
      <DeleteDialog backup={backup} isOpen={asked === "delete"} onClose={close} />
    </div>
  );
}

function DeleteDialog({ backup, isOpen, onClose }: { backup: Backup; isOpen: boolean; onClose: () => void }) {
  const { mutate, isPending, error, variables, reset } = useDeleteBackup();
  const close = () => {
    reset();
    onClose();
  };
  const { id, bytes, deployment_name: of, started_at: at, target_id: target } = backup;
  // Hoster cannot make a bucket of somebody else's let it delete: it can forget what lies there.
  const isForgetting = target != null && (isBucketsRefusal(error) || variables?.isForgotten === true);
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      title={isForgetting ? "Forget this backup" : "Delete this backup"}
      action={isForgetting ? "Forget backup" : "Delete backup"}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({ id, isForgotten: isForgetting }, { onSuccess: close })}
    >
      {isForgetting ? (
        <p>
          Its bucket did not let Hoster delete the archives. Hoster can forget this backup: the archives stay in your
          bucket, and the passphrase that opens them goes, so that nobody can read them any more. See to the bucket in{" "}
          <Link to={paths.buckets} className="text-accent underline">
            Settings
          </Link>{" "}
          to have them deleted instead.
        </p>
      ) : bytes ? (
        <p>
          What {of} held at {exact(at)} is deleted from {target ? "your bucket" : "the bucket"}, {sizeOf(bytes)}. Nothing
          brings it back.
        </p>
      ) : (
        <p>It holds no data. The record of it goes.</p>
      )}
    </ConfirmDialog>
  );
}
