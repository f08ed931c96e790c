/** Lists one's own buckets for backups. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { BucketAttributes } from "@/lib/api/types";

export type Bucket = Entity<BucketAttributes>;

export const bucketsQuery = queryOptions({
  queryKey: ["backup_targets", "list"],
  queryFn: ({ signal }) => readAll<BucketAttributes>("/backup_targets", signal),
});
