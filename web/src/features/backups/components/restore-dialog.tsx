/** Asks before an app's data is replaced by that of a backup, and says what is lost by that. */

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { exact } from "@/lib/format";
import type { Deployment } from "../../deployments/api/list-deployments";
import type { Backup } from "../api/list-backups";
import { useRestoreBackup } from "../api/restore-backup";
import { overwritten } from "../archives";

interface RestoreDialogProps {
  backup: Backup;
  deployment: Deployment;
  isOpen: boolean;
  onClose: () => void;
}

export function RestoreDialog({ backup, deployment, isOpen, onClose }: RestoreDialogProps) {
  const { mutate, isPending, error, reset } = useRestoreBackup(deployment.id);
  const { name, template_version: version } = deployment;
  const close = () => {
    reset();
    onClose();
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      title={`Restore ${name}`}
      action="Restore and lose what came since"
      typed={name}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate(backup.id, { onSuccess: close })}
    >
      <p>Overwritten, with everything that was written there since {exact(backup.started_at)}:</p>
      <ul aria-label="Volumes that are overwritten" className="list-disc pl-5 font-mono text-xs">
        {overwritten(backup.archives).map((volume) => (
          <li key={volume} className="break-all">
            {volume}
          </li>
        ))}
      </ul>
      <p>
        The app is stopped once the data is there and checked. Should it not get healthy with it, its present data is
        put back. Back it up first if you may need that later.
      </p>
      {version !== backup.template_version && (
        <p>
          The app keeps its version {version} and its values; this data was written by version{" "}
          {backup.template_version}.
        </p>
      )}
    </ConfirmDialog>
  );
}
