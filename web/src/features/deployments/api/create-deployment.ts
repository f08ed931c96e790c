/** Makes an app of a template, gives it its domain, and starts it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act, create } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { DeploymentAttributes, Domain } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { deploymentQuery } from "./get-deployment";
import type { Deployment } from "./list-deployments";

export interface NewDeployment {
  name: string;
  template_id: string;
  /** Left out, Hoster chooses when it starts. */
  node_id?: string;
  allow_public_nodes: boolean;
  variables: Record<string, string>;
}

interface Order {
  given: NewDeployment;
  /** A name of one's own; empty for none. */
  hostname: string;
}

export interface Deployed {
  deployment: Deployment;
  /** Why it was made and did not start, or has no domain: sentences for people. */
  refusals: string[];
}

export function useCreateDeployment() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: async ({ given, hostname }: Order): Promise<Deployed> => {
      const made = await create<DeploymentAttributes>("/deployments", "deployments", given, key());
      const path = `/deployments/${encodeURIComponent(made.id)}`;
      const refusals: string[] = [];
      // A domain is added while nothing is in progress: before the start.
      if (hostname !== "") {
        await create<Domain>(`${path}/domains`, "domains", { hostname }).catch((error: unknown) => {
          refusals.push(`${hostname} was not added. ${reason(error)}`);
        });
      }
      try {
        return { deployment: await act<DeploymentAttributes>(`${path}/start`), refusals };
      } catch (error) {
        refusals.push(`${made.name} was made, and did not start. ${reason(error)}`);
        return { deployment: made, refusals };
      }
    },
    onSettled: (_data, error) => settle(error),
    onSuccess: ({ deployment }) => {
      queries.setQueryData(deploymentQuery(deployment.id).queryKey, deployment);
      void queries.invalidateQueries({ queryKey: ["account"] });
      return queries.invalidateQueries({ queryKey: ["deployments", "list"] });
    },
  });
}
