/** Declares a server lost for good: the apps that were on it end. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { NodeAttributes } from "@/lib/api/types";

export function useDeclareLost(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      act<NodeAttributes>(`/nodes/${encodeURIComponent(id)}/declare_lost`, { type: "nodes", attributes: { name } }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["nodes"] }),
        queries.invalidateQueries({ queryKey: ["deployments"] }),
      ]),
  });
}
