/** Ends an export that is being made. Backups that it began go on by themselves. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { ExportAttributes } from "@/lib/api/types";
import { exportsQuery } from "./list-exports";

export function useCancelExport(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => act<ExportAttributes>(`/account_exports/${encodeURIComponent(id)}/cancel`),
    onError: (error) => toast("fail", `The export is not ended. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey }),
  });
}
