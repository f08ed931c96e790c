/** Asks for a link to an export, and fetches what it leads to. */

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { ExportDownloadAttributes } from "@/lib/api/types";

export function useDownloadExport(id: string) {
  return useMutation({
    mutationFn: () => act<ExportDownloadAttributes>(`/account_exports/${encodeURIComponent(id)}/download`),
    // The link is to a file that is saved, so that this page stays.
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => toast("fail", `The archive was not fetched. ${reason(error)}`),
  });
}
