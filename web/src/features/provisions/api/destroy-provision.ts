/** Has a server destroyed at its provider, with the apps on it where that is said. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { remove } from "@/lib/api/client";
import { ApiError, reason } from "@/lib/api/errors";

/** How often the page looks whether the work has begun, in milliseconds: the answer waits for its end. */
const LOOK = 700;

interface Destruction {
  id: string;
  name: string;
  /** Whether apps on it go first. Without it, a server with apps is kept. */
  withApps: boolean;
}

export function useDestroyProvision() {
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(["cloud_provisions", "nodes", "deployments"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  return useMutation({
    mutationFn: async ({ id, withApps }: Destruction) => {
      const looking = setInterval(() => void refresh(), LOOK);
      try {
        return await remove(`/cloud_provisions/${encodeURIComponent(id)}${withApps ? "?force=true" : ""}`);
      } finally {
        clearInterval(looking);
      }
    },
    onError: (error, { name }) => {
      // That the work failed is told by the server's card, where what helps is.
      if (error instanceof ApiError && error.code === "destroy_failed") return;
      toast("fail", `Server ${name} was not destroyed. ${reason(error)}`);
    },
    onSettled: refresh,
  });
}
