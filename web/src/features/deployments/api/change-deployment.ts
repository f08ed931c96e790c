/** Changes an app's name, whether its ports can be reached at its server, or when and where it is backed up. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { change } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";
import { know } from "../expected";

export interface Changed {
  name?: string;
  direct_access?: boolean;
  /** Null for never. */
  backup_schedule?: DeploymentAttributes["backup_schedule"];
  backup_keep?: number;
  /** The bucket of one's own that its backups go to; null for Hoster's. */
  backup_target_id?: string | null;
}

export function useChangeDeployment(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (attributes: Changed) => change<DeploymentAttributes>("deployments", id, attributes),
    onSuccess: (deployment) => know(queries, deployment),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
}
