/** What is done to a server by one button: checked, parked, brought back. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act, remove } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { NodeAttributes } from "@/lib/api/types";

const ACTIONS = {
  check: { ask: (id: string) => act<NodeAttributes>(`${path(id)}/check`), failed: "The check did not begin." },
  park: { ask: (id: string) => act<NodeAttributes>(`${path(id)}/maintenance`), failed: "Maintenance did not begin." },
  resume: { ask: (id: string) => remove(`${path(id)}/maintenance`), failed: "Maintenance did not end." },
} as const;

export type NodeAction = keyof typeof ACTIONS;

export function useActOnNode(id: string) {
  const queries = useQueryClient();
  return useMutation<unknown, Error, NodeAction>({
    mutationFn: (action) => ACTIONS[action].ask(id),
    onError: (error, action) => toast("fail", `${ACTIONS[action].failed} ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["nodes"] }),
  });
}

function path(id: string): string {
  return `/nodes/${encodeURIComponent(id)}`;
}
