/** What a bucket's key has to be allowed, as a policy that stores take. */

const ON_OBJECTS = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];

/** The policy for a key of a bucket, or of a folder in it. */
export function policyFor(bucket: string, prefix: string): string {
  const folder = prefix.replace(/^\/+|\/+$/g, "");
  const arn = `arn:aws:s3:::${bucket.trim() || "<bucket>"}`;
  const objects = folder ? `${arn}/${folder}/*` : `${arn}/*`;
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ON_OBJECTS, Resource: objects }],
  };
  return JSON.stringify(policy, null, 2);
}
