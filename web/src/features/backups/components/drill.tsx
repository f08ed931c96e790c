/** How the last try of a backup went: the proof that its data makes an app that gets healthy. */

import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { Time } from "@/components/ui/time";
import { duration } from "@/lib/format";
import type { Backup } from "../api/list-backups";

export function Drill({ drill }: { drill: NonNullable<Backup["drill"]> }) {
  const { status, at, deployment_id: app, healthy_seconds: seconds, files, reason } = drill;
  if (status === "failed") {
    return (
      <Notice tone="fail">
        It was tried <Time at={at} />, and that failed. {reason} Try it again; when it fails again, make another backup.
      </Notice>
    );
  }
  if (status === "running") {
    return (
      <p role="status" className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
        <Status state="trying" word="Being tried" hue="work" />
        <span className="text-muted">
          <Link to="/deployments/$id" params={{ id: app }} className="underline">
            An app with its data
          </Link>{" "}
          must get healthy, and goes again.
        </span>
      </p>
    );
  }
  return (
    <p role="status" className="tnum flex items-center gap-2 text-xs">
      <ShieldCheck aria-hidden className="text-run size-4 shrink-0" />
      <span>
        Restored and healthy in {duration(seconds ?? 0)}
        {files != null && `, all of its ${files} files and folders came back`}, <Time at={at} />
      </span>
    </p>
  );
}
