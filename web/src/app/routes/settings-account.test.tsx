/** Somebody takes their account along, and closes it. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { accountExport, backup, closing, deployment, step } from "@/testing/records";
import { timeline } from "@/testing/timelines";

const ME = { id: "user_1", email: "me@example.com", name: null, plan_id: "free", created_at: "2026-11-01T00:00:00Z" };

function platform(over: Parameters<typeof serve>[0]) {
  return serve({
    "GET /mod/auth/me": { user: ME },
    "GET /api/v1/account_exports": { data: [] },
    "GET /api/v1/account/closing": { data: closing() },
    ...over,
  });
}

beforeEach(() => session.begin("token"));

it("says that secrets are in the archive before it is made, and shows how far it is", async () => {
  const exports: object[] = [];
  platform({
    "GET /api/v1/account_exports": () => ({ data: exports }),
    "POST /api/v1/account_exports": () => {
      exports.push(accountExport({ status: "pending", bytes: null, kept_until: null }));
      return { status: 202, body: { data: exports[0] } };
    },
    "GET /api/v1/account_exports/exp_1/timeline": timeline("exp_1", "export", "running", [
      step({ name: "WriteFiles", state: "running", started_at: new Date().toISOString() }),
    ]),
  });
  visit("/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Export account" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  expect(dialog.getByText(/passwords and keys of your apps in clear/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Export with secrets" }));
  expect(await screen.findByText("Write the files")).toBeVisible();
  expect(screen.getByRole("button", { name: "Export account" })).toBeDisabled();
});

it("tells how old the backups are that it would hold, and backs every app up first on request", async () => {
  const exports: object[] = [];
  const app = (id: string, name: string, port: number | null = 30_000) => ({ ...deployment({ name, proxy_port: port }), id });
  const calls = platform({
    "GET /api/v1/account_exports": () => ({ data: exports }),
    "GET /api/v1/deployments": { data: [app("dep_1", "My blog"), app("dep_2", "Shop"), app("dep_3", "Draft", null)] },
    "GET /api/v1/backups": {
      data: [
        backup({ started_at: new Date(Date.now() - 3 * 3_600_000).toISOString() }),
        backup({ started_at: new Date().toISOString(), status: "failed" }, "bkp_2"),
      ],
    },
    "POST /api/v1/account_exports": () => {
      exports.push(accountExport({ status: "pending", fresh_backups: true, bytes: null, kept_until: null }));
      return { status: 202, body: { data: exports[0] } };
    },
    "POST /api/v1/account_exports/exp_1/cancel": () => {
      const not_backed_up = [{ deployment_id: "dep_2", name: "Shop", reason: "Its server is offline." }];
      exports[0] = accountExport({ status: "failed", fresh_backups: true, error_message: "You ended it.", not_backed_up });
      return { data: exports[0] };
    },
    "GET /api/v1/account_exports/exp_1/timeline": timeline("exp_1", "export", "running", [
      step({ name: "BackUpApps", state: "running", message: "1 of 2 apps are backed up." }),
    ]),
  });
  visit("/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Export account" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  const ages = within(await dialog.findByRole("list", { name: "Latest backups" }));
  expect(ages.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "Shopno backup",
    "My blogbacked up 3 hours ago",
  ]);
  expect(ages.getByRole("link", { name: "Shop" })).toHaveAttribute("href", "/deployments/dep_2/backups");
  await userEvent.click(dialog.getByLabelText("Back up every app first"));
  await userEvent.click(dialog.getByRole("button", { name: "Back up, then export with secrets" }));
  expect(await screen.findByText("1 of 2 apps are backed up.")).toBeVisible();
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    data: { type: "account_exports", attributes: { include_secrets: true, fresh_backups: true } },
  });

  await userEvent.click(screen.getByRole("button", { name: "Cancel the export" }));
  const left = within(await screen.findByRole("list", { name: "Apps that were not backed up" }));
  expect(left.getByText(/Its server is offline/)).toBeVisible();
});

it("asks for nothing to be backed up where no app holds data", async () => {
  const calls = platform({
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/backups": { data: [] },
    "POST /api/v1/account_exports": { status: 202, body: { data: accountExport() } },
  });
  visit("/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Export account" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  await expect.poll(() => dialog.queryByText(/Reading how old/)).toBeNull();
  expect(dialog.queryByLabelText("Back up every app first")).toBeNull();
  await userEvent.click(dialog.getByRole("button", { name: "Export with secrets" }));
  await expect.poll(() => calls.find(({ method }) => method === "POST")?.body).toEqual({
    data: { type: "account_exports", attributes: { include_secrets: true } },
  });
});

it("offers what is kept, and names the volumes that are not in it", async () => {
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const missing = [{ deployment_id: "app", volume: "hoster_app_data" }];
  platform({
    "GET /api/v1/account_exports": { data: [accountExport({ kept_until: later, missing_volumes: missing })] },
  });
  visit("/settings/account");
  expect(await screen.findByRole("button", { name: "Download" })).toBeEnabled();
  expect(screen.getByText("hoster_app_data")).toBeVisible();
  expect(screen.getByText("12 files, 3 MB")).toBeVisible();
});

it("does not offer what was forgotten", async () => {
  platform({ "GET /api/v1/account_exports": { data: [accountExport({ kept_until: "2026-01-08T12:00:00Z" })] } });
  visit("/settings/account");
  expect(await screen.findByText("12 files, 3 MB")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Download" })).toBeNull();
});

it("leads to the data of each volume once the archive is fetched", async () => {
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const of = { deployment_id: "app", backup_id: "bkp_1", volume: "data", bytes: 1, sha256: "0" };
  const volumes = [
    { ...of, file: "apps/shop/volumes/data.tar.gz.enc", url: "https://bucket.test/data", expires_at: later },
    { ...of, file: "apps/blog/volumes/data.tar.gz.enc", url: null, expires_at: null },
  ];
  const attributes = { url: "#archive", expires_at: later, volumes };
  platform({
    "GET /api/v1/account_exports": { data: [accountExport({ kept_until: later })] },
    "POST /api/v1/account_exports/exp_1/download": {
      data: { type: "account-export-downloads", id: "exp_1", attributes },
    },
  });
  visit("/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Download" }));
  const list = within(await screen.findByRole("list", { name: "Data of volumes" }));
  expect(list.getByRole("link", { name: "apps/shop/volumes/data.tar.gz.enc" })).toHaveAttribute(
    "href",
    "https://bucket.test/data",
  );
  expect(list.getByText("Its backup was deleted")).toBeVisible();
  expect(window.location.hash).toBe("#archive");
});

it("names what goes, asks for the words, and shows how the account is kept after all", async () => {
  const states: string[] = ["not_asked"];
  const shown = () => ({ data: closing({ state: states.at(-1) as "waiting", has: { deployments: 2, backups: 1, backup_targets: 1 } }) });
  const calls = platform({
    "GET /api/v1/account/closing": shown,
    "POST /api/v1/account/closing": () => {
      states.push("waiting");
      return { status: 202, body: shown() };
    },
    "DELETE /api/v1/account/closing": () => {
      states.push("not_asked");
      return shown();
    },
  });
  visit("/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Close account" }));
  const dialog = within(screen.getByRole("alertdialog"));
  expect(dialog.getByText(/2 apps, 1 backup, and 1 backup bucket credential/)).toBeVisible();
  expect(dialog.getByText(/in buckets of your own stay there/)).toBeVisible();
  const close = dialog.getByRole("button", { name: "Stop my apps and close" });
  expect(close).toBeDisabled();
  await userEvent.type(dialog.getByLabelText(/close my account/), "close my account");
  await userEvent.click(close);
  await userEvent.click(await screen.findByRole("button", { name: "Keep my account" }));
  expect(await screen.findByRole("button", { name: "Close account" })).toBeEnabled();
  expect(calls.find(({ method }) => method === "POST")?.body).toMatchObject({
    data: { type: "closings", attributes: { confirmation: "close my account" } },
  });
});

it("names what has to be done first, and leads there", async () => {
  const first = [
    { code: "unpaid" as const, resource_type: "invoices", resource_id: "inv_1", detail: "Pay 5.00 USD for 2026-10." },
  ];
  platform({ "GET /api/v1/account/closing": { data: closing({ must_be_done_first: first }) } });
  visit("/settings/account");
  expect(await screen.findByRole("button", { name: "Close account" })).toBeDisabled();
  expect(screen.getByRole("link", { name: "Open the invoice" })).toHaveAttribute("href", "/billing/inv_1");
});

it("says what is not removed yet, and why, and on every page that the account is being closed", async () => {
  const left = [{ resource_type: "cloud_provisions", resource_id: "prov_1", name: "box", reason: "It was refused." }];
  platform({
    "GET /api/v1/account": { data: { type: "accounts", id: "user_1", attributes: { closes_at: "2026-12-15T12:00:00Z" } } },
    "GET /api/v1/account/closing": { data: closing({ state: "removing", left }) },
  });
  visit("/settings/account");
  expect(await screen.findByText("box: It was refused.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Keep my account" })).toBeNull();
  expect(await screen.findByText(/everything in it is removed from/)).toBeVisible();
});
