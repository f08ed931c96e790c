/** Has all that an app wrote packed into one file, and takes it. */

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { LogDownload } from "@/lib/api/types";

export function useDownloadLogs(id: string) {
  return useMutation({
    mutationFn: (service: string | undefined) =>
      act<LogDownload>(`/deployments/${encodeURIComponent(id)}/monitoring/logs/download`, {
        type: "deployment-log-downloads",
        attributes: service ? { container: service } : {},
      }),
    onSuccess: ({ url, truncated }) => {
      window.location.assign(url);
      if (truncated) toast("done", "The file holds the first part of the log, as much as fits into one.");
    },
    onError: (error) => toast("fail", `The log was not packed. ${reason(error)}`),
  });
}
