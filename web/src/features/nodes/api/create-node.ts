/** Brings a server that somebody has; its first check begins at once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { NodeAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { nodesQuery } from "./list-nodes";

export interface NewNode {
  name: string;
  ssh_host: string;
  ssh_port: number;
  ssh_user: string;
  ssh_key_id: string;
}

export function useCreateNode() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: (node: NewNode) => create<NodeAttributes>("/nodes", "nodes", node, key()),
    onSettled: (_data, error) => settle(error),
    onSuccess: () => queries.invalidateQueries({ queryKey: nodesQuery.queryKey }),
  });
}
