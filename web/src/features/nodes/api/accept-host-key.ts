/** Accept the key that a server offers in place of the known one, by the fingerprint that was compared. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { change } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { NodeAttributes } from "@/lib/api/types";

export function useAcceptHostKey(id: string) {
  const queries = useQueryClient();
  return useMutation<unknown, Error, string>({
    mutationFn: (compared) => change<NodeAttributes>("nodes", id, { accepted_host_key_fingerprint: compared }),
    onError: (error) => toast("fail", `The new key was not accepted. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["nodes"] }),
  });
}
