/** The form of a bucket: its values, what it asks of them, and what is sent. */

import * as z from "zod/mini";
import { needed } from "@/lib/forms/rules";
import type { Bucket } from "./api/list-buckets";
import type { NewBucket } from "./api/save-bucket";
import { STORES, storeAt, storeOf, type StoreId } from "./stores";

/** The fields that the API may refuse, as it names them. */
export const FIELDS = ["name", "endpoint", "region", "bucket", "prefix", "access_key_id", "secret_access_key"] as const;

/** `isNew`: nothing is stored yet, so that the secret is needed. */
export function ruleOf(isNew: boolean) {
  return z
    .object({
      name: needed("Name"),
      store: z.enum(Object.keys(STORES) as [StoreId, ...StoreId[]]),
      endpoint: z.string().check(z.trim()),
      region: needed("Region"),
      bucket: needed("Bucket"),
      prefix: z.string().check(z.trim()),
      access_key_id: needed("Access key ID"),
      secret_access_key: isNew ? needed("Secret access key") : z.string().check(z.trim()),
    })
    .check(({ value, issues }) => {
      if (storeOf(value.store).endpointOf === null || /^https:\/\/./.test(value.endpoint)) return;
      const message = value.endpoint ? "Endpoint begins with https://." : "Endpoint needs a value.";
      issues.push({ code: "custom", message, path: ["endpoint"], input: value });
    });
}

export type BucketForm = z.infer<ReturnType<typeof ruleOf>>;

/** What stands in the form at first. */
export function begun(bucket: Bucket | undefined): BucketForm {
  if (!bucket) {
    const { region, label } = STORES.aws;
    return { name: label, store: "aws", endpoint: "", region, bucket: "", prefix: "", access_key_id: "", secret_access_key: "" };
  }
  const { name, endpoint, region, bucket: called, prefix, access_key_id } = bucket;
  return {
    name,
    store: storeAt(endpoint, region),
    endpoint: endpoint ?? "",
    region,
    bucket: called,
    prefix,
    access_key_id,
    secret_access_key: "",
  };
}

/** What the API is sent for it. */
export function wantedOf({ store, endpoint, secret_access_key: secret, ...rest }: BucketForm): NewBucket {
  const isAt = storeOf(store).endpointOf === null ? null : endpoint;
  return { ...rest, endpoint: isAt, ...(secret && { secret_access_key: secret }) };
}
