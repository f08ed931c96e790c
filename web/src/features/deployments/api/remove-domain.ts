/** Takes a host name off an app. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";

export function useRemoveDomain(deploymentId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (hostname: string) =>
      remove(`/deployments/${encodeURIComponent(deploymentId)}/domains/${encodeURIComponent(hostname)}`),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["account"] });
      return queries.invalidateQueries({ queryKey: ["deployments"] });
    },
  });
}
