/** Has an app's data replaced by that of a backup. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";
import { know } from "../../deployments/expected";

export function useRestoreBackup(deploymentId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (backupId: string) =>
      act<DeploymentAttributes>(`/deployments/${encodeURIComponent(deploymentId)}/restore`, {
        type: "deployments",
        attributes: { backup_id: backupId },
      }),
    onSuccess: (deployment) => know(queries, deployment),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
}
