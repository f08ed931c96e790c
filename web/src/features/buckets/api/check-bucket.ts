/** Has a bucket proven: something is put there, fetched, compared, and deleted again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { BucketAttributes } from "@/lib/api/types";
import { bucketsQuery } from "./list-buckets";

export function checkBucket(id: string) {
  return act<BucketAttributes>(`/backup_targets/${encodeURIComponent(id)}/check`);
}

export function useCheckBucket(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => checkBucket(id),
    // A refusal is written down, too.
    onSettled: () => queries.invalidateQueries({ queryKey: bucketsQuery.queryKey }),
  });
}
