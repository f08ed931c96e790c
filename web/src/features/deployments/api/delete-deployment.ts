/** Deletes an app, with its data or without. Answers when it is gone, or goes on in the background. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { remove } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import { deploymentQuery } from "./get-deployment";

/** How soon the page looks whether the work has begun, in milliseconds: the answer waits for its end. */
const NOTICED = 400;

interface HowToDelete {
  /** Leave its volumes on the server, with what they hold. */
  keepsVolumes: boolean;
}

export function useDeleteDeployment(id: string) {
  const queries = useQueryClient();
  const look = () => void queries.invalidateQueries({ queryKey: deploymentQuery(id).queryKey });
  return useMutation({
    mutationFn: ({ keepsVolumes }: HowToDelete) => {
      setTimeout(look, NOTICED);
      return remove(`/deployments/${encodeURIComponent(id)}${keepsVolumes ? "?keep_volumes=true" : ""}`);
    },
    onError: (error) => {
      toast("fail", `The app was not deleted. ${reason(error)}`);
    },
    onSettled: () => {
      look();
      void queries.invalidateQueries({ queryKey: ["account"] });
    },
  });
}
