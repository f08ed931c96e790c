/** Adds a host name of one's own to an app. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { Domain } from "@/lib/api/types";

export function useAddDomain(deploymentId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (hostname: string) =>
      create<Domain>(`/deployments/${encodeURIComponent(deploymentId)}/domains`, "domains", { hostname }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["account"] });
      return queries.invalidateQueries({ queryKey: ["deployments"] });
    },
  });
}
