/** Starts, stops or restarts an app, or cancels the work in hand on it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { DeploymentAttributes } from "@/lib/api/types";
import { deploymentQuery } from "./get-deployment";

export type Action = "start" | "stop" | "restart" | "cancel";

export function useActOnDeployment(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: Action) =>
      act<DeploymentAttributes>(`/deployments/${encodeURIComponent(id)}/${action}`),
    onSuccess: (deployment) => queries.setQueryData(deploymentQuery(id).queryKey, deployment),
    onError: (error, action) => toast("fail", `Could not ${action} the app. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
}
