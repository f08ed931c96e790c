/** Has a server destroyed at its provider. Answers when it is gone, or goes on in the background. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { remove } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";

/** How soon the page looks whether the work has begun, in milliseconds: the answer waits for its end. */
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
    onSuccess: (isGone, { name }) => {
      toast("done", isGone ? `Server ${name} is destroyed.` : `Server ${name} is being destroyed.`);
    },
    onError: (error, { name }) => toast("fail", `Server ${name} was not destroyed. ${reason(error)}`),
    onSettled: refresh,
  });
}
