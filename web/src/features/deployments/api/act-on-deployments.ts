/** Starts, stops, cancels or deletes several apps, a few at a time, and tells how that went. */

import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act, remove } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { DeploymentAttributes } from "@/lib/api/types";
import { count } from "@/lib/format";
import { begun, know } from "../expected";
import type { Deployment } from "./list-deployments";

export type BulkAction = "start" | "stop" | "cancel" | "delete";

interface Order {
  action: BulkAction;
  deployments: Deployment[];
}

/** So many are asked for at once: the server allows bursts, and a delete is waited for. */
const AT_ONCE = 4;

export function useActOnDeployments() {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: async ({ action, deployments }: Order) => {
      const waiting = [...deployments];
      const [done, failures]: [Deployment[], string[]] = [[], []];
      const one = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          try {
            await order(queries, action, next);
            done.push(next);
          } catch (error) {
            failures.push(`${next.name}: ${reason(error)}`);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      return { done, failures };
    },
    onSuccess: ({ done, failures }, { action }) => {
      const undo = { label: "Undo", onClick: () => mutation.mutate({ action: "cancel", deployments: done }) };
      if (done.length > 0) {
        toast("done", DONE[action](count(done.length, "app")), action === "start" ? undo : undefined);
      }
      for (const failure of failures) toast("fail", failure);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployments"] }),
  });
  return mutation;
}

const DONE: Record<BulkAction, (apps: string) => string> = {
  start: (apps) => `Starting ${apps}.`,
  stop: (apps) => `Stopping ${apps}.`,
  cancel: (apps) => `Undoing the start of ${apps}.`,
  delete: (apps) => `Deleted ${apps} with their data.`,
};

async function order(queries: QueryClient, action: BulkAction, before: Deployment): Promise<void> {
  const path = `/deployments/${encodeURIComponent(before.id)}`;
  if (action === "delete") {
    await remove(path);
    return;
  }
  know(queries, begun(before, action));
  try {
    know(queries, await act<DeploymentAttributes>(`${path}/${action}`));
  } catch (error) {
    know(queries, before);
    throw error;
  }
}
