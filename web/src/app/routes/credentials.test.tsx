/** What is known of an account at a provider, and of the servers in it. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { finding, sweep } from "@/testing/records";

function credential(status = "valid") {
  const attributes = { name: "My cloud", provider: "digitalocean", status, created_at: "2026-01-01T12:00:00Z" };
  return { type: "cloud_credentials", id: "cred_1", attributes };
}

function platform(over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/cloud_credentials": { data: [credential()] },
    "GET /api/v1/ssh_keys": { data: [] },
    "GET /api/v1/cloud_credentials/cred_1/sweep": { data: sweep() },
    ...(over as Record<string, object>),
  });
}

async function report() {
  return within(await screen.findByRole("region", { name: "Forgotten servers in My cloud" }));
}

beforeEach(() => {
  session.begin("a-token");
});

it("looks for forgotten servers, and shows the report when it is there", async () => {
  let read = 0;
  platform({
    "POST /api/v1/cloud_credentials/cred_1/sweep": { status: 202, body: { data: sweep() } },
    "GET /api/v1/cloud_credentials/cred_1/sweep": () => {
      read += 1;
      return { data: read < 3 ? sweep() : sweep({ ended_at: "2026-01-01T12:05:00Z", servers: 3 }) };
    },
  });
  visit("/credentials");
  const found = await report();
  expect(found.getByText(/2 servers, every one accounted for/)).toBeVisible();
  await userEvent.click(found.getByRole("button", { name: /Look for forgotten servers/ }));

  expect(found.getByText(/Looking through My cloud/)).toBeVisible();
  expect(await found.findByText(/3 servers, every one accounted for/)).toBeVisible();
});

it("destroys a server without a record only when its name is typed", async () => {
  const calls = platform({
    "GET /api/v1/cloud_credentials/cred_1/sweep": { data: sweep({ findings: [finding()] }) },
    "POST /api/v1/cloud_credentials/cred_1/destroy_orphan": {
      data: { type: "orphans", id: "41", attributes: { name: "hoster-lost" } },
    },
  });
  visit("/credentials");
  await userEvent.click((await report()).getByRole("button", { name: "Destroy hoster-lost" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Destroy hoster-lost at DigitalOcean" }));
  const button = dialog.getByRole("button", { name: "Destroy this server" });
  expect(button).toBeDisabled();
  await userEvent.type(dialog.getByLabelText("Type hoster-lost to confirm"), "hoster-lost");
  await userEvent.click(button);

  await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    data: { type: "cloud_credentials", attributes: { server_id: "41", name: "hoster-lost" } },
  });
  expect((await report()).getByRole("button", { name: "Destroy hoster-lost" })).toBeDisabled();
});

it("says that it only reports, why, and how that ends", async () => {
  platform({
    "GET /api/v1/cloud_credentials/cred_1/sweep": {
      data: sweep({ report_only: true, report_only_reason: "The installation was restored." }),
    },
  });
  visit("/credentials");
  const found = await report();

  expect(found.getByText("The installation was restored.")).toBeVisible();
  expect(found.getByText("make sweep LIFT=1")).toBeVisible();
});

it("says what the provider said when it could not be looked through", async () => {
  platform({
    "GET /api/v1/cloud_credentials/cred_1/sweep": {
      data: sweep({ state: "failed", errors: [{ region: null, code: "invalid_credential", message: "No such token." }] }),
    },
  });
  visit("/credentials");

  expect(await screen.findByText("No such token.")).toBeVisible();
  expect((await report()).queryByText(/accounted for/)).not.toBeInTheDocument();
});

it("shows what a check of the token found", async () => {
  let status = "unchecked";
  platform({
    "GET /api/v1/cloud_credentials": () => ({ data: [credential(status)] }),
    "POST /api/v1/cloud_credentials/cred_1/check": () => {
      status = "invalid";
      return refusal(422, "invalid_credential", "DigitalOcean refuses this token.");
    },
  });
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Check token of My cloud" }));

  expect(await screen.findByText("DigitalOcean refuses this token.")).toBeVisible();
  expect(await screen.findByText("Invalid")).toBeVisible();
});

it("replaces the token in place and checks the new one", async () => {
  const calls = platform({
    "PATCH /api/v1/cloud_credentials/cred_1": { data: credential("unchecked") },
    "POST /api/v1/cloud_credentials/cred_1/check": { data: credential() },
  });
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Replace token of My cloud" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Replace the token of My cloud" }));
  await userEvent.type(dialog.getByLabelText("API token"), " new ");
  await userEvent.click(dialog.getByRole("button", { name: "Replace token" }));

  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    data: { type: "cloud_credentials", id: "cred_1", attributes: { credentials: { api_token: "new" } } },
  });
  expect(calls.some(({ method, path }) => method === "POST" && path.endsWith("/check"))).toBe(true);
});

it("keeps the dialog open with the reason when the new token is refused", async () => {
  platform({
    "PATCH /api/v1/cloud_credentials/cred_1": { data: credential("unchecked") },
    "POST /api/v1/cloud_credentials/cred_1/check": refusal(422, "invalid_credential", "DigitalOcean refuses this token."),
  });
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Replace token of My cloud" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("API token"), "new");
  await userEvent.click(dialog.getByRole("button", { name: "Replace token" }));

  expect(await dialog.findByText("DigitalOcean refuses this token.")).toBeVisible();
});
