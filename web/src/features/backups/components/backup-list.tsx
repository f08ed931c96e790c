/** Backups, newest first: each opens to what it holds and what can be done with it. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { Status, type Hue } from "@/components/feedback/status";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";
import { duration, sizeOf } from "@/lib/format";
import type { Deployment } from "../../deployments/api/list-deployments";
import { bucketsQuery, type Bucket } from "../../buckets/api/list-buckets";
import { isBeingMade, type Backup } from "../api/list-backups";
import { archiveName, type Archive } from "../archives";
import { isBuckets, isServers, measured, nextStep, place } from "../words";
import { BackupActions } from "./backup-actions";
import { Drill } from "./drill";

interface BackupListProps {
  backups: Backup[];
  /** The apps that they are of, as far as those are still there. */
  apps: Deployment[];
  /** Whether they may be of several apps, so that each says of which it is. */
  isOfMany?: boolean;
}

export function BackupList({ backups, apps, isOfMany = false }: BackupListProps) {
  const { data: buckets = [] } = useQuery(bucketsQuery);
  return (
    <ul aria-label="Backups" className="divide-line divide-y">
      {backups.map((backup, index) => (
        <li key={backup.id}>
          <Item
            backup={backup}
            app={apps.find(({ id }) => id === backup.deployment_id)}
            isOpenAtFirst={index === 0}
            buckets={buckets}
            isNamed={isOfMany}
          />
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
  /** Undefined for one that is gone. */
  app: Deployment | undefined;
  buckets: Bucket[];
  isOpenAtFirst: boolean;
  isNamed: boolean;
}

function Item({ backup, app, buckets, isOpenAtFirst, isNamed }: ItemProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="hover:bg-hover px-4 py-3">
        <span className="ml-1 inline-flex w-[calc(100%-2rem)] flex-wrap items-center gap-x-3 gap-y-1 align-middle text-sm">
          <Status state={backup.status} {...LOOKS[backup.status]} />
          <span className="min-w-0 flex-1 basis-40">
            {isNamed && <span className="block truncate font-medium">{backup.deployment_name}</span>}
            <Time at={backup.started_at} />
          </span>
          {backup.drill?.status === "passed" && <Status state="proven" word="Proven" hue="run" />}
          <span className="text-muted tnum text-xs">{measured(backup)}</span>
        </span>
      </summary>
      <div className="grid gap-3 px-4 pb-4 sm:pl-9">
        <p className="text-muted tnum text-xs">
          {origin(backup, buckets)}
          {isNamed && ". "}
          {isNamed && <WhereItsAppIs app={app} />}
        </p>
        {backup.drill && <Drill drill={backup.drill} />}
        {backup.status === "failed" && <Failure backup={backup} />}
        {backup.archives.length > 0 && <Archives archives={backup.archives} />}
        {!isBeingMade(backup) && <BackupActions backup={backup} app={app} />}
      </div>
    </details>
  );
}

function origin(backup: Backup, buckets: Bucket[]): string {
  const { template_version: version, away_seconds: away, status, trigger } = backup;
  const told = [`Made by ${trigger} of version ${version}`];
  if (away) told.push(`the app was stopped for ${duration(away)}`);
  if (status === "complete") told.push(`encrypted, ${place(backup, buckets)}`);
  return told.join(", ");
}

function WhereItsAppIs({ app }: { app: Deployment | undefined }) {
  if (!app) return "Its app is gone.";
  return (
    <Link to="/deployments/$id/backups" params={{ id: app.id }} className="underline">
      Go to {app.name}
    </Link>
  );
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
      {isBuckets(code) && (
        <Link to={paths.buckets} className="underline">
          Go to your buckets
        </Link>
      )}
    </Notice>
  );
}

/** As many digits of a sum as are shown: enough to tell two apart. */
const SHOWN = 12;

function Archives({ archives }: { archives: Backup["archives"] }) {
  return (
    <ul aria-label="Archives" className="border-line divide-line divide-y rounded-md border text-xs">
      {archives.map((archive) => (
        <ArchiveRow key={archiveName(archive)} archive={archive} />
      ))}
    </ul>
  );
}

function ArchiveRow({ archive }: { archive: Archive }) {
  const { kind, volumes, bytes, plain_bytes: plain, sha256 } = archive;
  const name = archiveName(archive);
  const isDump = kind === "dump";
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1">
      <span className="min-w-0 flex-1 basis-40">
        <span className={cn("break-all", !isDump && "font-mono")}>{name}</span>
        {isDump && volumes.length > 0 && (
          <span className="text-muted block">
            stands for <span className="font-mono break-all">{volumes.join(", ")}</span>
          </span>
        )}
      </span>
      <span className="text-muted tnum">
        {sizeOf(bytes)}, unpacked {sizeOf(plain)}
      </span>
      <span className="inline-flex items-center gap-1">
        <span className="text-muted">SHA-256</span>
        <span className="font-mono" title={sha256}>
          {sha256.slice(0, SHOWN)}
        </span>
        <CopyButton text={sha256} label={`Copy the SHA-256 of ${name}`} />
      </span>
    </li>
  );
}
