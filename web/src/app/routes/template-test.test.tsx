/** A creator has a version tested, watches it, and everybody sees what it measured. */

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { MEASURED, proof, step, template } from "@/testing/records";
import { timeline } from "@/testing/timelines";

const CREDENTIAL = {
  type: "cloud_credentials",
  id: "cred_1",
  attributes: { name: "my cloud", provider: "digitalocean", status: "valid", default_region: "fra1" },
};
const REGIONS = [
  { type: "regions", id: "ams3", attributes: { name: "Amsterdam", available: true } },
  { type: "regions", id: "fra1", attributes: { name: "Frankfurt", available: true } },
];
const SHAPE = { cpu_cores: 1, disk_gb: 50, regions: [], prices: {}, currency: "USD" };
const SIZES = [
  { type: "sizes", id: "s-1vcpu-1gb", attributes: { ...SHAPE, memory_mb: 1024, price_hourly: 0.009, price_monthly: 6 } },
  { type: "sizes", id: "s-1vcpu-2gb", attributes: { ...SHAPE, memory_mb: 2048, price_hourly: 0.018, price_monthly: 12 } },
];
const MINE = template({ creator_id: "user_1" });

function platform(over: Record<string, Parameters<typeof serve>[0][string]> = {}) {
  return serve({
    "GET /mod/auth/me": { user: { id: "user_1", email: "me@example.com", name: null, plan_id: "free" } },
    "GET /api/v1/templates/tmpl_1": { data: MINE },
    "GET /api/v1/templates/tmpl_1/versions": { data: [] },
    "GET /api/v1/templates": { data: [] },
    "GET /api/v1/template_proofs": { data: [] },
    "GET /api/v1/cloud_credentials": { data: [CREDENTIAL] },
    "GET /api/v1/cloud_credentials/cred_1/regions": { data: REGIONS },
    "GET /api/v1/cloud_credentials/cred_1/sizes": { data: SIZES },
    ...over,
  });
}

function signIn() {
  session.begin("token");
}

beforeEach(signIn);

it("asks where and how large, tells the price, and shows the steps as they go", async () => {
  const proofs: object[] = [];
  const calls = platform({
    "GET /api/v1/template_proofs": () => ({ data: proofs }),
    "POST /api/v1/templates/tmpl_1/versions/6.1.0/prove": () => {
      proofs.push(proof({ status: "proving", finished_at: null }));
      return { status: 202, body: { data: proof({ status: "pending", finished_at: null }) } };
    },
    "GET /api/v1/template_proofs/proof_1/timeline": timeline("proof_1", "prove", "running", [
      step({ name: "OrderServer", state: "done" }),
      step({ name: "AwaitNode", state: "running", started_at: new Date().toISOString() }),
    ]),
  });
  visit("/templates/tmpl_1");
  expect(await screen.findByText(/A test deploys version 6.1.0 with generated settings/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Test this version" }));

  const dialog = within(await screen.findByRole("dialog", { name: "Test version 6.1.0" }));
  expect(await dialog.findByText("$12.00 / month, for a few minutes of it")).toBeVisible();
  expect(dialog.getByLabelText("Region")).toHaveValue("fra1");
  await userEvent.selectOptions(dialog.getByLabelText("Size"), "s-1vcpu-1gb");
  await userEvent.click(dialog.getByRole("button", { name: "Start the test" }));

  const test = within(await screen.findByRole("region", { name: "Test of a version" }));
  expect(await test.findByText("Wait until the server is ready")).toBeVisible();
  expect(test.getByRole("button", { name: "Test this version" })).toBeDisabled();
  const sent = calls.find(({ path }) => path.endsWith("/prove"))?.body;
  expect(sent).toMatchObject({
    data: { type: "template_proofs", attributes: { cloud_credential_id: "cred_1", region: "fra1", size: "s-1vcpu-1gb" } },
  });
});

it("tells why a test failed, where to mend that, and offers another one", async () => {
  const failed = { status: "failed", error_code: "unhealthy", error_message: "web was never healthy." } as const;
  platform({
    "GET /api/v1/template_proofs": { data: [proof(failed)] },
    "GET /api/v1/template_proofs/proof_1/timeline": timeline("proof_1", "prove", "failed", [
      step({ name: "AwaitApp", state: "failed" }),
    ]),
  });
  visit("/templates/tmpl_1");
  expect(await screen.findByText("web was never healthy.")).toBeVisible();
  expect(screen.getByRole("link", { name: "Change the template" })).toHaveAttribute("href", "/templates/tmpl_1/edit");
  await userEvent.click(screen.getByRole("button", { name: "Test again" }));
  expect(await screen.findByRole("dialog", { name: "Test version 6.1.0" })).toBeVisible();
});

it("says at the dialog what the API says, and keeps the choice", async () => {
  platform({
    "POST /api/v1/templates/tmpl_1/versions/6.1.0/prove": refusal(409, "proof_in_progress", "A test of this version is in progress."),
  });
  visit("/templates/tmpl_1");
  const open = await screen.findByRole("button", { name: "Test this version" });
  await waitFor(() => expect(open).toBeEnabled());
  await userEvent.click(open);
  await userEvent.click(await screen.findByRole("button", { name: "Start the test" }));
  expect(await screen.findByText("A test of this version is in progress.")).toBeVisible();
});

it("shows everybody what was measured, and of which version", async () => {
  session.end();
  const calls = platform({
    "GET /api/v1/templates/tmpl_1": { data: template({ proof: MEASURED, version: "6.2.0" }) },
  });
  visit("/templates/tmpl_1");
  const heading = await screen.findByRole("heading", { name: "Tested on a server of its own" });
  const card = heading.closest("section");
  for (const figure of ["14 s", "21 s", "180 MB", "0.75 CPU", "1.5 GB", "6.1.0", "Version 6.2.0 is not tested yet."]) {
    expect(within(card ?? document.body).getByText(figure)).toBeVisible();
  }
  expect(screen.queryByRole("button", { name: "Test this version" })).not.toBeInTheDocument();
  expect(calls.some(({ path }) => path.includes("proofs"))).toBe(false);
});
