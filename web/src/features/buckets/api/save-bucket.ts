/** Stores a bucket, or changes one, and has it proven. Its secret is encrypted and never shown again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { change, create } from "@/lib/api/client";
import type { BucketAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { checkBucket } from "./check-bucket";
import { bucketsQuery, type Bucket } from "./list-buckets";

export interface NewBucket {
  name: string;
  /** Null for AWS. */
  endpoint: string | null;
  region: string;
  bucket: string;
  /** Empty for the top of the bucket. */
  prefix: string;
  access_key_id: string;
  /** Left out, it stays. */
  secret_access_key?: string;
}

const RESOURCE = "backup_targets";

/** One that was stored and then refused is changed by the next try; `saved` is that one. */
export function useSaveBucket(present?: Bucket) {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  const [saved, setSaved] = useState(present);
  const saving = useMutation({
    mutationFn: async (wanted: NewBucket) => {
      const bucket = await store(saved, wanted, key());
      setSaved(bucket);
      return checkBucket(bucket.id);
    },
    onSettled: (_data, error) => {
      settle(error);
      return queries.invalidateQueries({ queryKey: bucketsQuery.queryKey });
    },
  });
  return { ...saving, saved };
}

function store(saved: Bucket | undefined, wanted: NewBucket, key: string): Promise<Bucket> {
  if (!saved) return create<BucketAttributes>(`/${RESOURCE}`, RESOURCE, wanted, key);
  const changed = Object.entries(wanted).filter(([name, value]) => value !== (saved[name as keyof Bucket] ?? null));
  if (changed.length === 0) return Promise.resolve(saved);
  return change<BucketAttributes>(RESOURCE, saved.id, Object.fromEntries(changed));
}
