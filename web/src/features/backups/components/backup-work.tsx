/** A backup or a restore as it goes on: its steps, the way to end it, and why it failed. */

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useActOnDeployment } from "../../deployments/api/act-on-deployment";
import { isBusy, type Deployment } from "../../deployments/api/list-deployments";
import { WorkNotice } from "../../deployments/components/work-notice";
import { LiveTimeline } from "../../timelines/components/live-timeline";

const KINDS = new Set(["backup", "restore"]);

/** What was watched stays when it ends, until other work begins. */
export function BackupWork({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useActOnDeployment(deployment.id);
  const isGoing = KINDS.has(deployment.work?.kind ?? "");
  const [wasWatched, setWatched] = useState(isGoing);
  const isWatched = isGoing || (wasWatched && !isBusy(deployment));
  if (isWatched !== wasWatched) setWatched(isWatched);
  if (!isWatched) return <WorkNotice deployment={deployment} />;
  return (
    <div className="mb-6">
      <LiveTimeline
        resource="deployments"
        id={deployment.id}
        isWorking={isGoing}
        cause={deployment.error_message}
        aside={
          isGoing && (
            <Button size="sm" isBusy={isPending} onClick={() => mutate("cancel")}>
              Cancel and undo
            </Button>
          )
        }
      />
    </div>
  );
}
