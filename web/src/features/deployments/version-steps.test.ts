import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import type { Version } from "../templates/api/list-versions";
import { deployment } from "@/testing/records";
import { missingVariables, moreOfPlan, resourceChanges, versionBefore } from "./version-steps";

function version(over: Partial<Version>): Version {
  return {
    id: "v",
    template_id: "tmpl_1",
    version: "6.2.0",
    released: true,
    creator_id: "user_1",
    resources_cpu_cores: 1,
    resources_memory_mb: 768,
    resources_disk_mb: 0,
    created_at: "2026-01-01T12:00:00Z",
    updated_at: "2026-01-01T12:00:00Z",
    ...over,
  };
}

const APP = entity(deployment({ variables: { TITLE: "Hello" }, secrets: ["PASSWORD"] }));

it("tells only what it takes more or less of", () => {
  const next = version({ resources_memory_mb: 1024, resources_disk_mb: 2048 });
  expect(resourceChanges(APP, next)).toEqual([
    { name: "Memory", before: "768 MB", after: "1 GB" },
    { name: "Disk", before: "0 MB", after: "2 GB" },
  ]);
  expect(moreOfPlan(APP, next)).toEqual({ cpu_cores: 0, memory_mb: 256, disk_mb: 2048 });
  expect(moreOfPlan(APP, version({ resources_memory_mb: 64 })).memory_mb).toBe(0);
});

it("asks for what has no value yet and no default, and shows what it makes", () => {
  const variables = [
    { name: "TITLE", required: true },
    { name: "PASSWORD", type: "secret", required: true },
    { name: "EMAIL", required: true },
    { name: "TOKEN", type: "secret", required: true, generator: "hex" },
    { name: "COLOUR", default: "teal" },
  ];
  expect(missingVariables(APP, version({ variables })).map(({ name }) => name)).toEqual(["EMAIL", "TOKEN"]);
});

it("finds the version to roll back to, and takes a change of values for none", () => {
  const told = (type: string, version: string, previous: string) => ({ type, details: { version, previous } });
  const events = [
    told("redeployed", "1.1.0", "1.1.0"),
    told("redeploy_begun", "1.2.0", "1.1.0"),
    told("redeployed", "1.1.0", "1.0.0"),
    told("redeployed", "1.0.0", "0.9.0"),
  ];
  expect(versionBefore(events, "1.1.0")).toBe("1.0.0");
  expect(versionBefore(events, "2.0.0")).toBeNull();
  expect(versionBefore([], "1.1.0")).toBeNull();
});
