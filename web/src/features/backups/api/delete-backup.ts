/** Deletes a backup with its archives. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";

export function useDeleteBackup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/backups/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["backups"] }),
  });
}
