/** Backups, newest first: each opens to what it holds and what can be done with it. */

import { useState } from "react";
import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { Status, type Hue } from "@/components/feedback/status";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { duration, sizeOf } from "@/lib/format";
import type { Deployment } from "../../deployments/api/list-deployments";
import { isBeingMade, type Backup } from "../api/list-backups";
import { isServers, measured, nextStep } from "../words";
import { BackupActions } from "./backup-actions";

interface BackupListProps {
  backups: Backup[];
  /** The app that they are of, where it is still there. */
  deployment?: Deployment;
}

export function BackupList({ backups, deployment }: BackupListProps) {
  return (
    <ul aria-label="Backups" className="divide-line divide-y">
      {backups.map((backup, place) => (
        <li key={backup.id}>
          <Item backup={backup} isOpenAtFirst={place === 0} {...(deployment && { deployment })} />
        </li>
      ))}
    </ul>
  );
}

const LOOKS: Record<Backup["status"], { hue: Hue; word: string }> = {
  pending: { hue: "work", word: "Being made" },
  running: { hue: "work", word: "Being made" },
  complete: { hue: "run", word: "Complete" },
  failed: { hue: "fail", word: "Failed" },
  deleted: { hue: "rest", word: "Deleted" },
};

interface ItemProps {
  backup: Backup;
  isOpenAtFirst: boolean;
  deployment?: Deployment;
}

function Item({ backup, isOpenAtFirst, deployment }: ItemProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="hover:bg-hover px-4 py-3">
        <span className="ml-1 inline-flex w-[calc(100%-2rem)] flex-wrap items-center gap-x-3 gap-y-1 align-middle text-sm">
          <Status state={backup.status} {...LOOKS[backup.status]} />
          <span className="min-w-0 flex-1 basis-40">
            <Time at={backup.started_at} />
            {!deployment && <span className="block truncate text-xs">{backup.deployment_name}</span>}
          </span>
          <span className="text-muted tnum text-xs">{measured(backup)}</span>
        </span>
      </summary>
      <div className="grid gap-3 px-4 pb-4 sm:pl-9">
        <p className="text-muted tnum text-xs">{origin(backup)}</p>
        {backup.status === "failed" && <Failure backup={backup} />}
        {backup.archives.length > 0 && <Archives archives={backup.archives} />}
        {!isBeingMade(backup) && <BackupActions backup={backup} {...(deployment && { deployment })} />}
      </div>
    </details>
  );
}

function origin({ template_version: version, away_seconds: away, status, trigger }: Backup): string {
  const told = [`Made by ${trigger} of version ${version}`];
  if (away) told.push(`the app was stopped for ${duration(away)}`);
  if (status === "complete") told.push("encrypted");
  return told.join(", ");
}

function Failure({ backup: { error_code: code, error_message: cause } }: { backup: Backup }) {
  return (
    <Notice tone="fail">
      {cause} {nextStep(code)}{" "}
      {isServers(code) && (
        <Link to={paths.nodes} className="underline">
          Look at its server
        </Link>
      )}
    </Notice>
  );
}

/** As many digits of a sum as are shown: enough to tell two apart. */
const SHOWN = 12;

function Archives({ archives }: { archives: Backup["archives"] }) {
  return (
    <ul aria-label="Volumes" className="border-line divide-line divide-y rounded-md border text-xs">
      {archives.map(({ volume, bytes, plain_bytes: plain, sha256 }) => (
        <li key={volume} className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1">
          <span className="min-w-0 flex-1 basis-40 font-mono break-all">{volume}</span>
          <span className="text-muted tnum">
            {sizeOf(bytes)} of {sizeOf(plain)} unpacked
          </span>
          <span className="inline-flex items-center gap-1">
            <span className="text-muted">SHA-256</span>
            <span className="font-mono" title={sha256}>
              {sha256.slice(0, SHOWN)}
            </span>
            <CopyButton text={sha256} label={`Copy the SHA-256 of ${volume}`} />
          </span>
        </li>
      ))}
    </ul>
  );
}
