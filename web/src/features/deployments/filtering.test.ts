import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import type { DeploymentAttributes } from "@/lib/api/types";
import { deployment } from "@/testing/records";
import { filtered, GROUPS, isIn, type Filter } from "./filtering";

const WORK = { kind: "restart", generation: 1, execution: "x", step: null, started_at: "2026-01-01T12:00:00Z" };

function app(over: Partial<DeploymentAttributes>) {
  return { ...entity(deployment(over)), id: over.name ?? "dep" };
}

it.each<[Partial<DeploymentAttributes>, string[]]>([
  [{ status: "running" }, ["running"]],
  [{ status: "running", health: "degraded" }, ["running", "attention"]],
  [{ status: "running", work: WORK }, ["working"]],
  [{ status: "starting" }, ["working"]],
  [{ status: "stopped", health: "unknown" }, ["stopped"]],
  [{ status: "pending" }, ["stopped"]],
  [{ status: "failed" }, ["attention"]],
])("puts %j into its groups", (over, groups) => {
  expect(GROUPS.filter((group) => isIn(group, app(over)))).toEqual(groups);
});

const APPS = [
  app({ name: "Blog 10", created_at: "2026-01-03T00:00:00Z", price_monthly_cents: 100 }),
  app({ name: "Blog 9", created_at: "2026-01-01T00:00:00Z", price_monthly_cents: 900, node_id: "node_2" }),
  app({
    name: "Wiki",
    created_at: "2026-01-02T00:00:00Z",
    price_monthly_cents: 0,
    status: "stopped",
    custom_domains: [{ hostname: "docs.example.com", id: "dom_1" }],
  }),
];

it.each<[Filter, string[]]>([
  [{}, ["Blog 10", "Wiki", "Blog 9"]],
  [{ sort: "oldest" }, ["Blog 9", "Wiki", "Blog 10"]],
  [{ sort: "name" }, ["Blog 9", "Blog 10", "Wiki"]],
  [{ sort: "price" }, ["Blog 9", "Blog 10", "Wiki"]],
  [{ q: "blog 9" }, ["Blog 9"]],
  [{ q: "DOCS.example" }, ["Wiki"]],
  [{ status: "stopped" }, ["Wiki"]],
  [{ server: "node_2" }, ["Blog 9"]],
  [{ q: "wiki", status: "running" }, []],
])("shows what %j asks for", (filter, names) => {
  expect(filtered(APPS, filter).map(({ name }) => name)).toEqual(names);
});
