/** The backups of an app: made by hand and by schedule, watched, restored, fetched and deleted. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { backupsQuery } from "@/features/backups/api/list-backups";
import { BackupWork } from "@/features/backups/components/backup-work";
import { BackupsCard } from "@/features/backups/components/backups-card";
import { ScheduleCard } from "@/features/backups/components/schedule-card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";

const route = getRouteApi("/account/deployments/$id/backups");

export function DeploymentBackups() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: backups } = useSuspenseQuery(backupsQuery(id));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_344px]">
      <div className="min-w-0">
        <BackupWork deployment={deployment} />
        <BackupsCard deployment={deployment} backups={backups} />
      </div>
      <ScheduleCard deployment={deployment} />
    </div>
  );
}
