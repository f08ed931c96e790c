/** Reads how the closing of one's account stands; asks for it, and takes it back. */

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { act, readOne, remove } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ClosingAttributes } from "@/lib/api/types";

const PATH = "/account/closing";
const ACCOUNT = ["account"];

export type Closing = Entity<ClosingAttributes>;

export const closingQuery = queryOptions({
  queryKey: [...ACCOUNT, "closing"],
  queryFn: ({ signal }) => readOne<ClosingAttributes>(PATH, signal),
});

export function useCloseAccount() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (confirmation: string) =>
      act<ClosingAttributes>(PATH, { type: "closings", attributes: { confirmation } }),
    onSettled: refresh,
  });
}

export function useKeepAccount() {
  const refresh = useRefresh();
  return useMutation({ mutationFn: () => remove(PATH), onSettled: refresh });
}

/** Reads anew what a closing changes: the account, and the apps that it stopped. */
function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ACCOUNT }),
      queries.invalidateQueries({ queryKey: ["deployments"] }),
    ]);
}
