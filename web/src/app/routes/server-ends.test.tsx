/** Servers that failed, and servers that go. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, node, provision, resident, step } from "@/testing/records";
import { timeline } from "@/testing/timelines";

const STARTED = "2026-01-01T12:00:00Z";
const SIZE = {
  type: "sizes",
  id: "s-1vcpu-2gb",
  attributes: {
    name: "Basic",
    cpu_cores: 1,
    memory_mb: 2048,
    disk_gb: 50,
    price_hourly: 0.018,
    price_monthly: 12,
    currency: "USD",
    regions: ["fra1"],
    prices: {},
  },
};

function platform(over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/nodes": { data: [] },
    "GET /api/v1/cloud_provisions": { data: [] },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/cloud_credentials": { data: [] },
    "GET /api/v1/cloud_credentials/cred_1/sizes": { data: [SIZE] },
    ...(over as Record<string, object>),
  });
}

function failed(from: "configuring" | "destroying", code: string, instance: string | null = "417") {
  const name = from === "destroying" ? "DestroyServer" : "AwaitSSH";
  const kind = from === "destroying" ? "destroy" : "provision";
  return {
    "GET /api/v1/cloud_provisions": {
      data: [
        provision({
          status: "failed",
          failed_from: from,
          node_id: null,
          provider_instance_id: instance,
          error_code: code,
          error_message: "It did not work.",
        }),
      ],
    },
    "GET /api/v1/cloud_provisions/prov_1/timeline": timeline("prov_1", kind, "failed", [
      step({ name, state: "failed", started_at: STARTED }),
    ]),
  };
}

async function card() {
  return within(await screen.findByRole("article", { name: "Server server-one" }));
}

beforeEach(() => {
  session.begin("a-token");
});

it("says why a set-up failed, that its server still costs money and how much, and what helps", async () => {
  platform(failed("configuring", "host_unreachable"));
  visit("/nodes");
  const server = await card();

  expect(await server.findByText("It did not work.")).toBeVisible();
  expect(await server.findByText("$12.00 / month")).toBeVisible();
  expect(server.getByText(/still exists at DigitalOcean/)).toBeVisible();
  expect(server.getByRole("button", { name: "Try again" })).toBeEnabled();
  expect(server.getByRole("button", { name: "Destroy server" })).toBeEnabled();
  expect(server.queryByRole("button", { name: /forget it/ })).not.toBeInTheDocument();
});

it("says that a set-up that made no server costs nothing", async () => {
  const calls = platform(failed("configuring", "no_capacity", null));
  visit("/nodes");
  const server = await card();

  expect(await server.findByText(/there is nothing to pay/)).toBeVisible();
  expect(calls.map(({ path }) => path)).not.toContain("/api/v1/cloud_credentials/cred_1/sizes");
});

it.each([
  ["gone_unproven", true],
  ["invalid_credential", true],
  ["provider_unavailable", false],
  ["server_returned", false],
])("offers to forget a server after %s: %s", async (code, isOffered) => {
  platform(failed("destroying", code));
  visit("/nodes");
  const server = await card();

  expect(await server.findByRole("button", { name: "Try to destroy it again" })).toBeEnabled();
  expect(server.queryAllByRole("button", { name: "The server is gone: forget it" })).toHaveLength(isOffered ? 1 : 0);
});

it("forgets a server once its name is typed, and says what that means", async () => {
  const gone = provision({ status: "destroying" });
  const calls = platform({
    ...failed("destroying", "gone_unproven"),
    "POST /api/v1/cloud_provisions/prov_1/declare_gone": { data: gone },
  });
  visit("/nodes");
  await userEvent.click(await screen.findByRole("button", { name: "The server is gone: forget it" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Forget server-one" }));
  expect(dialog.getByText(/meets the server, it destroys it/)).toBeVisible();
  const button = dialog.getByRole("button", { name: "It is gone: forget it" });
  await userEvent.type(dialog.getByLabelText("Type server-one to confirm"), "server-two");
  expect(button).toBeDisabled();
  await userEvent.clear(dialog.getByLabelText("Type server-one to confirm"));
  await userEvent.type(dialog.getByLabelText("Type server-one to confirm"), "server-one");
  await userEvent.click(button);

  await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  const sent = calls.find(({ method }) => method === "POST")?.body;
  expect(sent).toEqual({ data: { type: "cloud_provisions", attributes: { name: "server-one" } } });
});

it("names the apps that are lost before a server is destroyed, and takes them along", async () => {
  const asked: string[] = [];
  platform({
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/cloud_provisions": { data: [provision()] },
    "GET /api/v1/nodes/node_1/deployments": { data: [resident("d1", "My blog"), resident("d2", null)] },
    "DELETE /api/v1/cloud_provisions/prov_1": ({ query }: { query: string }) => {
      asked.push(query);
      return { status: 204, body: null };
    },
  });
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Destroy server" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Destroy server-one" }));
  expect(await dialog.findByText("My blog")).toBeVisible();
  expect(dialog.getByText("1 app of another account")).toBeVisible();
  const button = dialog.getByRole("button", { name: "Destroy server and its apps" });
  expect(button).toBeDisabled();
  await userEvent.type(dialog.getByLabelText("Type server-one to confirm"), "server-one");
  await userEvent.click(button);

  await expect.poll(() => asked).toEqual(["force=true"]);
});

it("destroys an empty server without force, so that an app that came meanwhile is kept", async () => {
  const asked: string[] = [];
  platform({
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/cloud_provisions": { data: [provision()] },
    "GET /api/v1/nodes/node_1/deployments": { data: [] },
    "DELETE /api/v1/cloud_provisions/prov_1": ({ query }: { query: string }) => {
      asked.push(query);
      return refusal(409, "in_use", "This server is in use by My shop.");
    },
  });
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Destroy server" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  await userEvent.type(dialog.getByLabelText("Type server-one to confirm"), "server-one");
  await userEvent.click(await dialog.findByRole("button", { name: "Destroy server and lose its data" }));

  expect(await screen.findByText(/in use by My shop/)).toBeVisible();
  expect(asked).toEqual([""]);
});

it("shows a destroy in hand to whoever comes, and says when the server is gone", async () => {
  let isGone = false;
  const going = provision({
    status: "destroying",
    node_id: null,
    work: { kind: "destroy", generation: 2, execution: "x", step: "DestroyServer", started_at: STARTED },
  });
  platform({
    "GET /api/v1/cloud_provisions": () => ({ data: isGone ? [] : [going] }),
    "GET /api/v1/cloud_provisions/prov_1/timeline": timeline("prov_1", "destroy", "running", [
      step({ name: "RemoveApps", state: "done", started_at: STARTED, ended_at: STARTED }),
      step({ name: "DestroyServer", state: "running", started_at: STARTED, message: "Waiting for the provider." }),
    ]),
  });
  visit("/nodes");
  const server = await card();
  expect(await server.findByText("Waiting for the provider.")).toBeVisible();
  expect(server.getByRole("button", { name: "Destroy server" })).toBeDisabled();

  isGone = true;
  expect(await screen.findByText("Server server-one is gone.")).toBeVisible();
});

it("tells which servers were found gone, and which apps ended with them", async () => {
  const gone = provision({
    status: "destroyed",
    ended_reason: "gone_at_provider",
    updated_at: new Date(Date.now() - 3_600_000).toISOString(),
  });
  platform({
    "GET /api/v1/cloud_provisions": ({ query }: { query: string }) => ({ data: query ? [gone] : [] }),
    "GET /api/v1/deployments": ({ query }: { query: string }) => ({
      data: query ? [deployment({ status: "deleted", ended_reason: "node_lost" })] : [],
    }),
  });
  visit("/nodes");

  expect(await screen.findByText("You have no servers yet. One is made and ready in about a minute.")).toBeVisible();
  expect(await screen.findByText(/Gone at the provider.* Ended with it: My blog\./)).toBeVisible();
});

it("shows the destroy in hand although it began late, while its answer is awaited", async () => {
  let reads = 0;
  const going = provision({
    status: "destroying",
    work: { kind: "destroy", generation: 2, execution: "x", step: "DestroyServer", started_at: STARTED },
  });
  platform({
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/nodes/node_1/deployments": { data: [] },
    "GET /api/v1/cloud_provisions": ({ query }: { query: string }) => {
      if (query) return { data: [] };
      reads += 1;
      return { data: [reads < 4 ? provision() : going] };
    },
    "GET /api/v1/cloud_provisions/prov_1/timeline": timeline("prov_1", "destroy", "running", [
      step({ name: "DestroyServer", state: "running", started_at: STARTED }),
    ]),
    "DELETE /api/v1/cloud_provisions/prov_1": () => new Promise(() => undefined),
  });
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Destroy server" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  await userEvent.type(dialog.getByLabelText("Type server-one to confirm"), "server-one");
  await userEvent.click(await dialog.findByRole("button", { name: "Destroy server and lose its data" }));

  expect(await (await card()).findByText("Destroying")).toBeVisible();
});
