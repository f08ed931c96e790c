/** The backups of an app: made by hand and by schedule, watched, restored, fetched and deleted. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { backupsQuery } from "@/features/backups/api/list-backups";
import { BackupWork } from "@/features/backups/components/backup-work";
import { BackupsCard } from "@/features/backups/components/backups-card";
import { ScheduleCard } from "@/features/backups/components/schedule-card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { versionQuery } from "@/features/templates/api/get-version";

const route = getRouteApi("/account/deployments/$id/backups");

export function DeploymentBackups() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: backups } = useSuspenseQuery(backupsQuery(id));
  const { data: version } = useQuery(versionQuery(deployment.template_id, deployment.template_version ?? ""));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_344px]">
      <div className="min-w-0">
        <BackupWork deployment={deployment} />
        <BackupsCard deployment={deployment} backups={backups} way={version?.backup} />
      </div>
      <ScheduleCard deployment={deployment} />
    </div>
  );
}
