/** Has a backup tried: an app of a moment is made with its data, must get healthy, and goes again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { BackupAttributes } from "@/lib/api/types";

export function useTryBackup(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => act<BackupAttributes>(`/backups/${encodeURIComponent(id)}/drill`),
    onError: (error) => toast("fail", `The backup is not tried. ${reason(error)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["backups"] }),
  });
}
