import { screen, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, node, provision, resident } from "@/testing/records";
import { timeline } from "@/testing/timelines";

beforeEach(() => {
  session.begin("a-token");
  serve({
    "GET /api/v1/nodes": { data: [node({ capabilities: ["standard"], encrypted_hop: true })] },
    "GET /api/v1/cloud_provisions": { data: [provision()] },
    "GET /api/v1/cloud_provisions/prov_1/timeline": timeline("prov_1", "provision", "done", []),
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/cloud_credentials": { data: [] },
    "GET /api/v1/nodes/node_1/deployments": { data: [resident("dep_1", "My blog"), resident("dep_2", null)] },
  });
});

it("shows how full a server is, by which apps, and what is known of it", async () => {
  visit("/nodes/node_1");
  expect(await screen.findByRole("heading", { level: 1, name: "server-one" })).toBeVisible();
  expect(screen.getByRole("meter", { name: "Memory in use" })).toHaveAttribute("aria-valuetext", "768 MB of 2 GB");
  const apps = within(await screen.findByRole("table", { name: "Apps on it" }));
  expect(apps.getByRole("link", { name: "My blog" })).toHaveAttribute("href", "/deployments/dep_1");
  expect(apps.getByText("An app of another account")).toBeVisible();
  expect(screen.getByText("Encrypted")).toBeVisible();
  expect(screen.getByRole("button", { name: "Begin maintenance" })).toBeEnabled();
});

it("says that there is no such server", async () => {
  visit("/nodes/node_gone");
  expect(await screen.findByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

it.each([
  ["/nodes/new", "/nodes?bring=true"],
  ["/nodes/cloud", "/nodes"],
  ["/nodes/cloud/new", "/nodes?create=true"],
])("leads from %s, which people have kept, to %s", async (kept, place) => {
  const history = visit(kept);
  expect(await screen.findByRole("heading", { level: 1, name: "Servers", hidden: true })).toBeInTheDocument();
  expect(history.location.href).toBe(place);
});
