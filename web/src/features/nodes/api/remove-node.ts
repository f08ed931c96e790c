/** Gives up a server that somebody brought, or one that is lost. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";

export function useRemoveNode(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => remove(`/nodes/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["nodes"] }),
  });
}
