/** The backups of all apps, of those that are gone too. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { backupsQuery } from "@/features/backups/api/list-backups";
import { BackupList } from "@/features/backups/components/backup-list";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";

export function Backups() {
  const { data: backups } = useSuspenseQuery(backupsQuery());
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  return (
    <>
      <PageHead title="Backups" text="What your apps held. Backups stay when an app and its server go." />
      {backups.length === 0 ? (
        <EmptyState sentence="No backups yet. Each app makes its own, by hand or by schedule, on its tab Backups.">
          <LinkButton to={paths.deployments} look="primary">
            Go to your apps
          </LinkButton>
        </EmptyState>
      ) : (
        <Card>
          <BackupList backups={backups} apps={deployments} isOfMany />
        </Card>
      )}
    </>
  );
}
