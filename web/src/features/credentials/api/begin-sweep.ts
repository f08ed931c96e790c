/** Has an account looked through for forgotten servers now, and waits for the report. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { SweepAttributes } from "@/lib/api/types";
import { readSweep, sweepQuery, type Sweep } from "./get-sweep";

/** How often the report is read, and for how long, in milliseconds. */
const PAUSE = 1_000;
const PATIENCE = 60_000;

export function useBeginSweep(credentialId: string) {
  const queries = useQueryClient();
  return useMutation({
    // The answer is the report as it was: the new one is there when that is another.
    mutationFn: async (): Promise<Sweep | null> => {
      const path = `/cloud_credentials/${encodeURIComponent(credentialId)}/sweep`;
      const before = await act<SweepAttributes>(path);
      const end = Date.now() + PATIENCE;
      while (Date.now() < end) {
        const found = await readSweep(credentialId);
        if (found.ended_at !== before.ended_at) return found;
        await new Promise((wake) => setTimeout(wake, PAUSE));
      }
      return null;
    },
    onSuccess: (sweep) => {
      if (sweep) queries.setQueryData(sweepQuery(credentialId).queryKey, sweep);
      else toast("fail", "The report is not there yet. It appears here when it is.");
    },
    onError: (error) => toast("fail", `Could not look for servers. ${reason(error)}`),
  });
}
