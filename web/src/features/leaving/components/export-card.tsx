/** One's account as an archive: asked for, watched while it is made, fetched while it is kept. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { count, sizeOf } from "@/lib/format";
import { useNow } from "@/lib/use-now";
import { LiveTimeline } from "../../timelines/components/live-timeline";
import { useCancelExport } from "../api/cancel-export";
import { useDownloadExport } from "../api/download-export";
import { exportsQuery, isBeingMade, type Export } from "../api/list-exports";
import { MissingVolumes } from "./missing-volumes";
import { NotBackedUp } from "./not-backed-up";
import { VolumeLinks } from "./volume-links";

const ExportDialog = lazy(() => import("./export-dialog").then((loaded) => ({ default: loaded.ExportDialog })));

export function ExportCard() {
  const { data: exports } = useSuspenseQuery(exportsQuery);
  const [isAsked, setAsked] = useState(false);
  const latest = exports[0];
  const isMaking = latest !== undefined && isBeingMade(latest);
  return (
    <section aria-label="Export" className="grid gap-3">
      <Card
        title="Export"
        aside={
          <Button size="sm" disabled={isMaking} onClick={() => setAsked(true)}>
            Export account
          </Button>
        }
      >
        <p className="text-muted max-w-[72ch] px-4 py-3 text-sm">
          One archive with each app as a folder that runs on plain Docker, its values and a runbook, and with your
          records, invoices and events. Nothing of this platform is needed to run it.
        </p>
        {exports.length > 0 && (
          <ul aria-label="Exports" className="divide-line border-line divide-y border-t">
            {exports.map((one) => (
              <Made key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Card>
      {latest && (isMaking || latest.status === "failed") && (
        <LiveTimeline
          key={latest.id}
          resource="account_exports"
          id={latest.id}
          isWorking={isMaking}
          cause={latest.error_message ?? null}
          aside={isMaking && latest.fresh_backups && <CancelButton id={latest.id} />}
          remedies={
            latest.status === "failed" && (
              <Button size="sm" look="primary" onClick={() => setAsked(true)}>
                Export again
              </Button>
            )
          }
        />
      )}
      {latest && <NotBackedUp apps={latest.not_backed_up ?? []} />}
      {latest?.status === "ready" && <MissingVolumes volumes={latest.missing_volumes ?? []} />}
      <Suspense fallback={null}>{isAsked && <ExportDialog onClose={() => setAsked(false)} />}</Suspense>
    </section>
  );
}

function CancelButton({ id }: { id: string }) {
  const { mutate, isPending } = useCancelExport(id);
  return (
    <Button size="sm" isBusy={isPending} onClick={() => mutate()}>
      Cancel the export
    </Button>
  );
}

function Made({ one }: { one: Export }) {
  const { mutate, isPending, data: links } = useDownloadExport(one.id);
  const now = useNow();
  const isKept = one.status === "ready" && Date.parse(one.kept_until ?? "") > now;
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-sm">
      <Status state={one.status} {...LOOKS[one.status]} />
      <span className="tnum">{what(one)}</span>
      <span className="text-muted grow text-xs">
        {isKept && one.kept_until ? (
          <>
            Kept until <Time at={one.kept_until} />
          </>
        ) : (
          <Time at={one.finished_at ?? one.started_at} />
        )}
      </span>
      {isKept && (
        <Button size="sm" disabled={isPending} onClick={() => mutate()}>
          Download
        </Button>
      )}
      {links && links.volumes.length > 0 && <VolumeLinks volumes={links.volumes} />}
    </li>
  );
}

const LOOKS: Record<string, { hue: "run" | "work"; word?: string }> = {
  pending: { hue: "work", word: "Being made" },
  ready: { hue: "run", word: "Ready" },
};

function what({ files, bytes }: Export): string {
  const written = count(files ?? 0, "file");
  return bytes ? `${written}, ${sizeOf(bytes)}` : written;
}
