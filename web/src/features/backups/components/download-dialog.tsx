/** Links to a backup's archives, with the passphrase and the command that open them. */

import { ErrorPanel } from "@/components/feedback/error-panel";
import { AnchorButton, Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { ShownOnce } from "@/components/ui/shown-once";
import { Skeleton } from "@/components/ui/skeleton";
import { exact, sizeOf } from "@/lib/format";
import type { BackupDownloadAttributes } from "@/lib/api/types";
import type { Backup } from "../api/list-backups";
import type { useOpenBackup } from "../api/open-backup";

interface DownloadDialogProps {
  backup: Backup;
  /** The asking for its links, begun. */
  opening: ReturnType<typeof useOpenBackup>;
  onClose: () => void;
}

export function DownloadDialog({ backup, opening: { data, error, mutate }, onClose }: DownloadDialogProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Download this backup"
      description={`What ${backup.deployment_name} held at ${exact(backup.started_at)}. A link needs no account.`}
      isWide
    >
      <DialogBody>
        {data ? (
          <Opened {...data} />
        ) : error ? (
          <ErrorPanel error={error} onRetry={() => mutate()} />
        ) : (
          <Skeleton label="Asking for the links" rows={3} />
        )}
      </DialogBody>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

function Opened({ archives, passphrase }: BackupDownloadAttributes) {
  const [first] = archives;
  return (
    <div className="grid gap-4">
      <ul aria-label="Archives" className="border-line divide-line divide-y rounded-md border">
        {archives.map((one) => (
          <li key={one.file} className="grid gap-1 px-3 py-2">
            <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <span className="min-w-0 flex-1 basis-40 font-mono text-xs break-all">{one.file}</span>
              <span className="text-muted tnum text-xs">{sizeOf(one.bytes)}</span>
              <AnchorButton size="sm" href={one.url} download={one.file} aria-label={`Download ${one.file}`}>
                Download
              </AnchorButton>
            </div>
            <div className="flex min-w-0 items-center gap-1">
              <code className="text-muted min-w-0 flex-1 text-xs break-all">{one.opened_by}</code>
              <CopyButton text={one.opened_by} label={`Copy the command that opens ${one.file}`} />
            </div>
          </li>
        ))}
      </ul>
      {passphrase && (
        <ShownOnce
          label="Passphrase"
          text={passphrase}
          hint="Put it into passphrase.txt beside the archives, then run the command of each. Whoever has it and an archive has the data."
        />
      )}
      {first && <p className="text-muted text-xs">The links work until {exact(first.expires_at)}.</p>}
    </div>
  );
}
