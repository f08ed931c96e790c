/** Begins a backup of an app. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { BackupAttributes } from "@/lib/api/types";

export function useBackUp(deploymentId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => act<BackupAttributes>(`/deployments/${encodeURIComponent(deploymentId)}/backups`),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["backups"] }),
        queries.invalidateQueries({ queryKey: ["deployments"] }),
      ]),
  });
}
