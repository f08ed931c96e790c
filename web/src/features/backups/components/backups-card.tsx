/** The backups of an app, with the button that makes another one and the sentence on what that takes. */

import { EmptyState } from "@/components/feedback/empty-state";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { reason } from "@/lib/api/errors";
import { isBusy, type Deployment } from "../../deployments/api/list-deployments";
import { useBackUp } from "../api/back-up";
import type { Backup } from "../api/list-backups";
import type { BackupWay } from "../../templates/backed-up";
import { whatItTakes } from "../words";
import { BackupList } from "./backup-list";

/** The states in which an app has data that can be saved. */
const SAVED_FROM = new Set(["running", "stopped", "failed"]);

interface BackupsCardProps {
  deployment: Deployment;
  backups: Backup[];
  way: BackupWay;
}

export function BackupsCard({ deployment, backups, way }: BackupsCardProps) {
  const { mutate, isPending, error } = useBackUp(deployment.id);
  const button = (
    <Button
      size={backups.length > 0 ? "sm" : "md"}
      look="primary"
      isBusy={isPending}
      disabled={isBusy(deployment) || !SAVED_FROM.has(deployment.status)}
      onClick={() => mutate()}
    >
      Back up now
    </Button>
  );
  const takes = whatItTakes(deployment, backups, way);
  const refusal = error && <Notice tone="fail">{reason(error)}</Notice>;
  if (backups.length === 0) {
    return (
      <EmptyState sentence={`No backups yet. One holds what the volumes of this app hold, encrypted. ${takes}`}>
        {button}
        {refusal}
      </EmptyState>
    );
  }
  return (
    <Card title="Backups" aside={button}>
      <div className="text-muted border-line grid gap-3 border-b px-4 py-3 text-sm">
        <p className="max-w-[72ch]">{takes}</p>
        {refusal}
      </div>
      <BackupList backups={backups} apps={[deployment]} />
    </Card>
  );
}
