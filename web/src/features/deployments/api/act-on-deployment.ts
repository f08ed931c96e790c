/** Starts, stops or restarts an app, or cancels the work in hand on it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { DeploymentAttributes } from "@/lib/api/types";
import { begun, know, type Action } from "../expected";
import { deploymentQuery } from "./get-deployment";

export function useActOnDeployment(id: string) {
  const queries = useQueryClient();
  const { queryKey } = deploymentQuery(id);
  return useMutation({
    mutationFn: (action: Action) =>
      act<DeploymentAttributes>(`/deployments/${encodeURIComponent(id)}/${action}`),
    onMutate: async (action) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      if (before) know(queries, begun(before, action));
      return before;
    },
    onSuccess: (deployment) => know(queries, deployment),
    onError: (error, action, before) => {
      if (before) know(queries, before);
      toast("fail", `Could not ${action} the app. ${reason(error)}`);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
}
