/** Makes a new app with a backup's data, and starts it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createTold } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { deploymentQuery } from "../../deployments/api/get-deployment";

export interface NewHome {
  name: string;
  /** Left out, Hoster chooses. */
  node_id?: string;
  allow_public_nodes: boolean;
}

/** Gives the app, and why it was made and did not start. */
export function useDeployBackup(backupId: string) {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: (home: NewHome) =>
      createTold<DeploymentAttributes>(`/backups/${encodeURIComponent(backupId)}/deploy`, "deployments", home, key()),
    onSettled: (_data, error) => settle(error),
    onSuccess: ({ entity }) => {
      queries.setQueryData(deploymentQuery(entity.id).queryKey, entity);
      void queries.invalidateQueries({ queryKey: ["account"] });
      return queries.invalidateQueries({ queryKey: ["deployments", "list"] });
    },
  });
}
