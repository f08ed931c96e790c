/** Forgets a bucket with its key. What lies in it stays there. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";
import { bucketsQuery } from "./list-buckets";

export function useDeleteBucket() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/backup_targets/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: bucketsQuery.queryKey }),
  });
}
