/** Makes an app of a template and starts it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act, create } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { DeploymentAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { deploymentQuery } from "./get-deployment";
import type { Deployment } from "./list-deployments";

export interface NewDeployment {
  name: string;
  template_id: string;
  node_id: string;
  variables: Record<string, string>;
}

export interface Deployed {
  deployment: Deployment;
  /** Why it was made and did not start; null when it starts. */
  refusal: string | null;
}

export function useCreateDeployment() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: async (given: NewDeployment): Promise<Deployed> => {
      const made = await create<DeploymentAttributes>("/deployments", "deployments", given, key());
      try {
        const path = `/deployments/${encodeURIComponent(made.id)}/start`;
        return { deployment: await act<DeploymentAttributes>(path), refusal: null };
      } catch (error) {
        return { deployment: made, refusal: reason(error) };
      }
    },
    onSettled: (_data, error) => settle(error),
    onSuccess: ({ deployment }) => {
      queries.setQueryData(deploymentQuery(deployment.id).queryKey, deployment);
      return queries.invalidateQueries({ queryKey: ["deployments", "list"] });
    },
  });
}
