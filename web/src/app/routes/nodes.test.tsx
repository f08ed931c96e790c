import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, node, provision } from "@/testing/records";

const CREDENTIAL = {
  type: "cloud_credentials",
  id: "cred_1",
  attributes: { name: "My cloud", provider: "digitalocean", default_region: "fra1", created_at: "2026-01-01T12:00:00Z" },
};

function region(id: string, isOpen = true) {
  return { type: "regions", id, attributes: { name: id.toUpperCase(), available: isOpen } };
}

function size(id: string, memory: number, price: number, regions = ["fra1", "nyc3"]) {
  const attributes = {
    name: id,
    cpu_cores: 1,
    memory_mb: memory,
    disk_gb: 25,
    price_hourly: price / 672,
    price_monthly: price,
    currency: "USD",
    regions,
    prices: {},
  };
  return { type: "sizes", id, attributes };
}

function platform(over: Record<string, object> = {}) {
  return serve({
    "GET /api/v1/nodes": { data: [] },
    "GET /api/v1/cloud_provisions": { data: [] },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/cloud_credentials": { data: [CREDENTIAL] },
    "GET /api/v1/cloud_credentials/cred_1/regions": { data: [region("nyc3"), region("fra1"), region("old1", false)] },
    "GET /api/v1/cloud_credentials/cred_1/sizes": {
      data: [size("large", 4096, 24), size("small", 512, 4), size("good", 2048, 12), size("odd", 2048, 1, ["nyc3"])],
    },
    ...over,
  });
}

beforeEach(() => {
  session.begin("a-token");
});

it("creates a server with good first choices from what the provider offers", async () => {
  const calls = platform({ "POST /api/v1/cloud_provisions": { status: 201, body: { data: provision() } } });
  visit("/nodes");
  await userEvent.click(await screen.findByRole("button", { name: "Create a server" }));
  expect(await screen.findByLabelText("Region")).toHaveValue("fra1");
  expect(screen.getByRole("option", { name: "OLD1" })).toBeDisabled();
  expect(screen.getByLabelText("Size")).toHaveValue("good");
  expect(screen.queryByRole("option", { name: /odd/ })).not.toBeInTheDocument();
  expect(screen.getByText("$12.00 / month at the provider")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Create server" }));

  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  const made = calls.find(({ method }) => method === "POST")?.body as { data: { attributes: object } };
  expect(made.data.attributes).toEqual({
    credential_id: "cred_1",
    instance_name: expect.stringMatching(/^server-[0-9a-f]{6}$/) as string,
    region: "fra1",
    size: "good",
    open_web_ports: false,
  });
});

it("says what the provider says of a wrong token", async () => {
  const detail = "DigitalOcean refuses this token.";
  platform({ "GET /api/v1/cloud_credentials/cred_1/sizes": refusal(422, "invalid_credential", detail) });
  visit("/nodes?create=true");
  expect(await screen.findByText(detail)).toBeVisible();
});

it("shows how full a server is and by what", async () => {
  platform({
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/cloud_provisions": { data: [provision()] },
    "GET /api/v1/deployments": { data: [deployment()] },
  });
  visit("/nodes");
  const server = within(await screen.findByRole("article", { name: "Server server-one" }));
  expect(server.getByText("Online")).toBeVisible();
  expect(server.getByRole("meter", { name: "Memory in use" })).toHaveAttribute("aria-valuetext", "768 MB of 2 GB");
  expect(server.getByTitle("My blog: 768 MB")).toBeInTheDocument();
});
