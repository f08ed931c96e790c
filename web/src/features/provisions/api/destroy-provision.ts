/** Has a server destroyed at its provider. Answers when it is gone, or goes on in the background. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { remove } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";

/** The longest that the list may take to show that the work has begun, in milliseconds. */
const NOTICED = 400;

export function useDestroyProvision() {
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["cloud_provisions"] }),
      queries.invalidateQueries({ queryKey: ["nodes"] }),
    ]);
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => {
      setTimeout(() => void refresh(), NOTICED);
      return remove(`/cloud_provisions/${encodeURIComponent(id)}`);
    },
    onSuccess: (_nothing, { name }) => toast("done", `Server ${name} is being destroyed or gone.`),
    onError: (error, { name }) => toast("fail", `Server ${name} was not destroyed. ${reason(error)}`),
    onSettled: refresh,
  });
}
