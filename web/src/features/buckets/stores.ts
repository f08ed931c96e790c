/** The well-known stores that speak S3: where their buckets are reached, and what a key there needs. */

export interface Store {
  label: string;
  /** Where a region's buckets are reached; null for AWS, whose regions are known by name. */
  endpointOf: ((region: string) => string) | null;
  /** What stands in the field of the region at first. */
  region: string;
  /** What an endpoint looks like where it does not follow from the region. */
  example?: string;
  /** How a key is made that may do what is needed, and no more. */
  key: string;
}

const READ_AND_WRITE = "with permission to read and write this bucket alone.";

export const STORES = {
  aws: {
    label: "AWS S3",
    endpointOf: null,
    region: "us-east-1",
    key: "Make an IAM user with this policy and nothing else, and an access key for it.",
  },
  b2: {
    label: "Backblaze B2",
    endpointOf: (region) => `https://s3.${region}.backblazeb2.com`,
    region: "us-west-004",
    key: `Add an application key ${READ_AND_WRITE}`,
  },
  r2: {
    label: "Cloudflare R2",
    endpointOf: () => "",
    region: "auto",
    example: "https://<account id>.r2.cloudflarestorage.com",
    key: "Make an API token for R2 with Object Read & Write on this bucket alone.",
  },
  spaces: {
    label: "DigitalOcean Spaces",
    endpointOf: (region) => `https://${region}.digitaloceanspaces.com`,
    region: "fra1",
    key: `Make a Spaces access key ${READ_AND_WRITE}`,
  },
  hetzner: {
    label: "Hetzner Object Storage",
    endpointOf: (region) => `https://${region}.your-objectstorage.com`,
    region: "fsn1",
    key: "Make S3 credentials in a project that holds nothing but this bucket: they open all buckets of their project.",
  },
  scaleway: {
    label: "Scaleway Object Storage",
    endpointOf: (region) => `https://s3.${region}.scw.cloud`,
    region: "fr-par",
    key: "Make an API key of an application that may read, write and delete objects, and no more.",
  },
  wasabi: {
    label: "Wasabi",
    endpointOf: (region) => `https://s3.${region}.wasabisys.com`,
    region: "eu-central-1",
    key: "Make a user with this policy and nothing else, and an access key for it.",
  },
  other: {
    label: "Another that speaks S3",
    endpointOf: () => "",
    region: "us-east-1",
    example: "https://s3.example.com:9000",
    key: "Give its key this policy and nothing else, where the store knows policies.",
  },
} as const satisfies Record<string, Store>;

export type StoreId = keyof typeof STORES;

export function storeOf(id: StoreId): Store {
  return STORES[id];
}

export function isStore(id: string): id is StoreId {
  return Object.hasOwn(STORES, id);
}

/** The stores whose keys are given rights by a policy. */
const WITH_POLICIES = new Set<StoreId>(["aws", "wasabi", "other"]);

export function knowsPolicies(id: StoreId): boolean {
  return WITH_POLICIES.has(id);
}

/** Which store an endpoint is of. */
export function storeAt(endpoint: string | null | undefined, region: string): StoreId {
  if (!endpoint) return "aws";
  if (endpoint.endsWith(".r2.cloudflarestorage.com")) return "r2";
  const ids = Object.keys(STORES).filter(isStore);
  return ids.find((id) => storeOf(id).endpointOf?.(region) === endpoint) ?? "other";
}

/** "AWS S3, eu-central-1", or the host of another store. */
export function whereItIs({ endpoint, region }: { endpoint?: string | null; region: string }): string {
  return endpoint ? endpoint.replace(/^https:\/\//, "") : `AWS S3, ${region}`;
}
