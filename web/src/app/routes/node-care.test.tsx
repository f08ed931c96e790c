/** Servers that are looked after: seen, checked, parked, warned of, and given up. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { node, provision, resident, step } from "@/testing/records";
import { timeline } from "@/testing/timelines";
import type { NodeAttributes } from "@/lib/api/types";

const KNOWN = "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8";
const OTHER = "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM";
const COMMAND = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";

function brought(over: Partial<NodeAttributes> = {}) {
  return node({ name: "rack", provision_id: null, provider_type: "manual", host_key_fingerprint: KNOWN, ...over });
}

function platform(one: object, over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/nodes": { data: [one] },
    "GET /api/v1/cloud_provisions": { data: [] },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/cloud_credentials": { data: [] },
    "GET /api/v1/nodes/node_1/deployments": { data: [resident("d1", "My blog")] },
    ...(over as Record<string, object>),
  });
}

async function card() {
  return within(await screen.findByRole("article", { name: "Server rack" }));
}

beforeEach(() => {
  session.begin("a-token");
});

it("shows the host key's fingerprint, and how to compare it", async () => {
  platform(brought());
  visit("/nodes");
  const server = await card();
  expect(server.getByText(KNOWN)).toBeVisible();
  expect(server.queryByText(COMMAND)).not.toBeVisible();

  await userEvent.click(server.getByRole("button", { name: /Compare it/ }));
  expect(server.getByText(COMMAND)).toBeVisible();
});

it("leads to the key that Hoster itself put on a server that it made", async () => {
  platform(node({ host_key_fingerprint: KNOWN }), { "GET /api/v1/cloud_provisions": { data: [provision()] } });
  visit("/nodes");
  const server = within(await screen.findByRole("article", { name: "Server server-one" }));

  await userEvent.click(server.getByRole("button", { name: /Compare it/ }));
  expect(server.getByText("ssh-keygen -lf /etc/ssh/hoster_host_ed25519_key.pub")).toBeVisible();
});

it("shows a refused new key beside the known one, and accepts it only after a warning", async () => {
  const offline = brought({
    status: "offline",
    error_code: "host_key_changed",
    error_message: "It shows another host key.",
    offered_host_key_fingerprint: OTHER,
  });
  const calls = platform(offline, { "PATCH /api/v1/nodes/node_1": { data: offline } });
  visit("/nodes");
  const server = await card();
  expect(server.getByText(/Hoster does not log in/)).toBeVisible();
  expect(server.getByText(OTHER)).toBeVisible();
  expect(server.getAllByText(KNOWN)[0]).toBeVisible();
  await userEvent.click(server.getByRole("button", { name: "Accept the new key" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Accept the new key of rack" }));
  expect(dialog.getByText(/Whoever holds this key is then trusted/)).toBeVisible();
  expect(dialog.getByText(OTHER)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Accept the new key" }));

  await expect.poll(() => calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    data: { type: "nodes", id: "node_1", attributes: { accepted_host_key_fingerprint: OTHER } },
  });
});

it("tells warnings, and why and since when a server is away", async () => {
  platform(
    brought({
      status: "offline",
      error_message: "Nothing answers on port 22.",
      last_seen_at: "2026-01-01T12:00:00Z",
      warnings: [{ code: "disk_almost_full", message: "Its disk is 92 % full." }],
    }),
  );
  visit("/nodes");
  const server = await card();
  expect(server.getByText("Nothing answers on port 22.")).toBeVisible();
  expect(server.getByText("Its disk is 92 % full.")).toBeVisible();
  expect(server.getAllByText(/ago$/)[0]).toHaveAttribute("datetime", "2026-01-01T12:00:00Z");
});

it("checks a server now, step by step", async () => {
  let work: NodeAttributes["work"] = null;
  platform(brought(), {
    "GET /api/v1/nodes": () => ({ data: [brought({ work })] }),
    "POST /api/v1/nodes/node_1/check": () => {
      work = { kind: "check", generation: 1, execution: "x", step: "ReachNode", started_at: "2026-01-01T12:00:00Z" };
      return { data: brought({ work }) };
    },
    "GET /api/v1/nodes/node_1/timeline": timeline("node_1", "check", "running", [
      step({ name: "ReachNode", state: "running", started_at: "2026-01-01T12:00:00Z" }),
    ]),
  });
  visit("/nodes");
  const server = await card();
  await userEvent.click(server.getByRole("button", { name: "Check now" }));

  expect(await server.findByRole("heading", { name: /Checking server/ })).toBeVisible();
  expect(server.getByText("Log in to the server")).toBeVisible();
  expect(server.getByRole("button", { name: "Check now" })).toBeDisabled();
});

it("parks a server and brings it back with the same button", async () => {
  let status: NodeAttributes["status"] = "online";
  platform(brought(), {
    "GET /api/v1/nodes": () => ({ data: [brought({ status })] }),
    "POST /api/v1/nodes/node_1/maintenance": () => {
      status = "maintenance";
      return { data: brought({ status }) };
    },
    "DELETE /api/v1/nodes/node_1/maintenance": () => {
      status = "offline";
      return { data: brought({ status }) };
    },
  });
  visit("/nodes");
  const server = await card();
  await userEvent.click(server.getByRole("button", { name: "Begin maintenance" }));
  expect(await server.findByText(/nothing new is placed here/)).toBeVisible();
  await userEvent.click(server.getByRole("button", { name: "End maintenance" }));
  expect(await server.findByRole("button", { name: "Begin maintenance" })).toBeEnabled();
});

it("declares a server lost once its name is typed, and names the apps that end", async () => {
  const offline = brought({ status: "offline", error_message: "Nothing answers." });
  const calls = platform(offline, { "POST /api/v1/nodes/node_1/declare_lost": { data: brought({ status: "lost" }) } });
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Declare lost" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Declare rack lost" }));
  expect(await dialog.findByText("My blog")).toBeVisible();
  expect(dialog.getByText(/until they were last seen running/)).toBeVisible();
  await userEvent.type(dialog.getByLabelText("Type rack to confirm"), "rack");
  await userEvent.click(dialog.getByRole("button", { name: "Declare lost and end its apps" }));

  await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  const sent = calls.find(({ method }) => method === "POST")?.body;
  expect(sent).toEqual({ data: { type: "nodes", attributes: { name: "rack" } } });
});

it("removes no server with apps on it", async () => {
  platform(brought());
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Remove server" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Remove rack" }));

  expect(await dialog.findByText(/On it now: My blog/)).toBeVisible();
  expect(dialog.getByRole("button", { name: "Remove server" })).toBeDisabled();
});

it("lets a lost server be removed, and nothing else be done with it", async () => {
  platform(brought({ status: "lost" }));
  visit("/nodes");
  const server = await card();

  expect(server.getByText(/declared lost/)).toBeVisible();
  expect(server.getByRole("button", { name: "Check now" })).toBeDisabled();
  expect(server.getByRole("button", { name: "Remove server" })).toBeEnabled();
});

it("adds a server that somebody has, and lets its first check be watched", async () => {
  let isThere = false;
  const work = { kind: "check", generation: 1, execution: "x", step: "ReachNode", started_at: "2026-01-01T12:00:00Z" };
  const fresh = brought({ status: "offline", work, last_seen_at: null, host_key_fingerprint: null });
  const key = { type: "ssh_keys", id: "key_1", attributes: { name: "Mine", fingerprint: KNOWN } };
  const calls = platform(brought(), {
    "GET /api/v1/nodes": () => ({ data: isThere ? [fresh] : [] }),
    "GET /api/v1/ssh_keys": { data: [key] },
    "POST /api/v1/nodes": () => {
      isThere = true;
      return { status: 201, body: { data: fresh } };
    },
    "GET /api/v1/nodes/node_1/timeline": timeline("node_1", "check", "running", [
      step({ name: "ReachNode", state: "running", started_at: "2026-01-01T12:00:00Z" }),
    ]),
  });
  visit("/nodes");
  await userEvent.click(await screen.findByRole("button", { name: "Add a server of yours" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(await dialog.findByLabelText("Name"), "rack");
  await userEvent.type(dialog.getByLabelText("Address"), "203.0.113.7");
  await userEvent.click(dialog.getByRole("button", { name: "Add and check server" }));

  expect(await (await card()).findByText("Log in to the server")).toBeVisible();
  expect((await card()).getByText(/Not seen yet/)).toBeVisible();
  const sent = calls.find(({ method }) => method === "POST")?.body;
  expect(sent).toEqual({
    data: {
      type: "nodes",
      attributes: { name: "rack", ssh_host: "203.0.113.7", ssh_port: 22, ssh_user: "root", ssh_key_id: "key_1" },
    },
  });
});

it("changes how a server is reached, and sends only what is another", async () => {
  const rack = brought({ ssh_key_id: "key_1", ssh_port: 22, ssh_user: "root" });
  const key = { type: "ssh_keys", id: "key_1", attributes: { name: "Mine", fingerprint: KNOWN } };
  const calls = platform(rack, {
    "GET /api/v1/ssh_keys": { data: [key] },
    "PATCH /api/v1/nodes/node_1": { data: rack },
  });
  visit("/nodes");
  await userEvent.click((await card()).getByRole("button", { name: "Edit" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit rack" }));
  await userEvent.clear(await dialog.findByLabelText("Address"));
  await userEvent.type(dialog.getByLabelText("Address"), "203.0.113.9");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    data: { type: "nodes", id: "node_1", attributes: { ssh_host: "203.0.113.9" } },
  });
});
