/** Gives an app another version, other values, or both. One that runs goes on running meanwhile. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";
import { know } from "../expected";
import { useActOnDeployment } from "./act-on-deployment";

export interface Change {
  version?: string;
  /** Values by name; null goes back to the default, or to a newly made value. */
  variables?: Record<string, string | null>;
}

export function useRedeploy(id: string) {
  const queries = useQueryClient();
  const { mutate: actOn } = useActOnDeployment(id);
  return useMutation({
    mutationFn: (attributes: Change) =>
      act<DeploymentAttributes>(`/deployments/${encodeURIComponent(id)}/redeploy`, {
        type: "deployments",
        attributes,
      }),
    onSuccess: (deployment) => {
      know(queries, deployment);
      if (deployment.work) {
        toast("done", `${deployment.name} is being changed; it runs meanwhile.`, {
          label: "Undo",
          onClick: () => actOn("cancel"),
        });
      } else toast("done", `${deployment.name} is changed. It starts like that next time.`);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
}
