/** Somebody takes their account along. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { accountExport, step } from "@/testing/records";
import { timeline } from "@/testing/timelines";

const ME = { id: "user_1", email: "me@example.com", name: null, plan_id: "free", created_at: "2026-11-01T00:00:00Z" };

function platform(over: Parameters<typeof serve>[0]) {
  return serve({ "GET /mod/auth/me": { user: ME }, ...over });
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
  const dialog = within(screen.getByRole("alertdialog"));
  expect(dialog.getByText(/passwords and keys of your apps in clear/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Export with secrets" }));
  expect(await screen.findByText("Write the files")).toBeVisible();
  expect(screen.getByRole("button", { name: "Export account" })).toBeDisabled();
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
