/** Deletes a backup with its archives, or forgets it where they lie in a bucket that lets nobody delete them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";

export function useDeleteBackup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isForgotten }: { id: string; isForgotten: boolean }) =>
      remove(`/backups/${encodeURIComponent(id)}${isForgotten ? "?forget=true" : ""}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["backups"] }),
  });
}
