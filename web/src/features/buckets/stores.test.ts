import { expect, it } from "vitest";
import { policyFor } from "./policy";
import { storeAt, whereItIs } from "./stores";

it.each([
  [null, "eu-central-1", "aws"],
  ["https://fsn1.your-objectstorage.com", "fsn1", "hetzner"],
  ["https://s3.us-west-004.backblazeb2.com", "us-west-004", "b2"],
  ["https://0a1b.r2.cloudflarestorage.com", "auto", "r2"],
  ["https://s3.example.com:9000", "us-east-1", "other"],
])("knows the store at %s", (endpoint, region, store) => {
  expect(storeAt(endpoint, region)).toBe(store);
});

it("says where a bucket is", () => {
  expect(whereItIs({ endpoint: null, region: "eu-central-1" })).toBe("AWS S3, eu-central-1");
  expect(whereItIs({ endpoint: "https://s3.example.com:9000", region: "x" })).toBe("s3.example.com:9000");
});

it("allows what is done in the folder, and all of the bucket only without one", () => {
  expect(policyFor("b", "/a/")).toContain('"arn:aws:s3:::b/a/*"');
  expect(policyFor("b", "")).toContain('"arn:aws:s3:::b/*"');
});
