/** Buckets of one's own, into which apps are backed up. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { lazy } from "react";
import { AddCard } from "@/components/resource/add-card";
import { backupsQuery } from "@/features/backups/api/list-backups";
import { bucketsQuery } from "@/features/buckets/api/list-buckets";
import { BucketList } from "@/features/buckets/components/bucket-list";
import { usesOf } from "@/features/buckets/uses";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";

const BucketDialog = lazy(() => import("@/features/buckets/components/bucket-dialog").then((loaded) => ({ default: loaded.BucketDialog })));

export function SettingsBuckets() {
  const { data } = useSuspenseQuery(bucketsQuery);
  // What uses a bucket is told beside it; a list without that is better than none.
  const { data: apps } = useQuery({ ...deploymentsQuery, enabled: data.length > 0 });
  const { data: backups } = useQuery({ ...backupsQuery(), enabled: data.length > 0 });
  return (
    <div className="grid max-w-3xl gap-3">
      <AddCard
        title="Backup buckets"
        action="Add a bucket"
        form="add-bucket"
        dialog={(close) => <BucketDialog onClose={close} />}
      >
        <BucketList buckets={data} usesOf={(id) => apps && backups && usesOf(id, apps, backups)} />
      </AddCard>
      <p className="text-muted text-sm">
        Archives are encrypted on the server before they are sent. Each app says on its tab Backups where its backups
        go; those that are made stay where they are.
      </p>
    </div>
  );
}
