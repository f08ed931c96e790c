/** The backups of an app: made and watched, restored here and elsewhere, fetched and deleted. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import type { BackupAttributes, DeploymentAttributes } from "@/lib/api/types";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { backup, bucket, deployment, node, step, template } from "@/testing/records";
import { timeline } from "@/testing/timelines";

const WORK = { kind: "backup", generation: 2, execution: "x", step: null, started_at: "2026-01-01T12:00:00Z" };
const HERE = "/deployments/dep_1/backups";

beforeEach(() => session.begin("a-token"));

function platform(over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/deployments/dep_1": { data: deployment() },
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/templates/tmpl_1": { data: template() },
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/backups": { data: [backup()] },
    ...(over as Record<string, object>),
  });
}

it("says what a backup takes before the first one, makes it, and shows how far it is", async () => {
  let shown: Partial<DeploymentAttributes> = {};
  const made: object[] = [];
  const calls = platform({
    "GET /api/v1/deployments/dep_1": () => ({ data: deployment(shown) }),
    "GET /api/v1/backups": () => ({ data: made }),
    "POST /api/v1/deployments/dep_1/backups": () => {
      shown = { work: WORK };
      made.push(backup({ status: "pending", archives: [], bytes: null, away_seconds: null, finished_at: null }));
      return { status: 202, body: { data: made[0] } };
    },
    "GET /api/v1/deployments/dep_1/timeline": timeline("dep_1", "backup", "running", [
      step({ name: "SendVolumes", state: "running", message: "Sending 9 MB of data, packed and encrypted: 3 MB are sent." }),
    ]),
  });
  visit(HERE);
  expect(await screen.findByText(/The app is stopped while its data is sent/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Back up now" }));
  expect(await screen.findByText(/3 MB are sent/)).toBeVisible();
  expect(await screen.findByText("Being made")).toBeVisible();
  expect(screen.getByRole("button", { name: "Back up now" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Cancel and undo" })).toBeEnabled();
  expect(calls.find(({ path }) => path === "/api/v1/backups")?.query).toBe("filter%5Bdeployment_id%5D=dep_1");
});

it("tells size, time taken, how long the app was stopped, and the sum of each volume", async () => {
  platform();
  visit(HERE);
  const list = within(await screen.findByRole("list", { name: "Backups" }));
  expect(list.getByText("Complete")).toBeVisible();
  expect(list.getByText("3 MB in 41 s")).toBeVisible();
  expect(list.getByText(/Made by hand of version 6.1.0, the app was stopped for 12 s, encrypted, in Hoster’s bucket/)).toBeVisible();
  expect(list.getByText("abababababab")).toBeVisible();
  expect(list.getByRole("button", { name: "Copy the SHA-256 of data" })).toBeVisible();
  expect(screen.getByText(/started again after it: 12 s last time/)).toBeVisible();
});

it("says why one failed, what to do, and offers no data of it", async () => {
  platform({
    "GET /api/v1/backups": {
      data: [
        backup({
          status: "failed",
          archives: [],
          bytes: null,
          error_code: "disk_full",
          error_message: "The server has 12 MB free, and a backup takes 300 MB.",
        }),
      ],
    },
  });
  visit(HERE);
  expect(await screen.findByText(/12 MB free/)).toHaveTextContent("See to its server, then back it up again.");
  expect(screen.getByRole("link", { name: "Look at its server" })).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Restore/ })).toBeNull();
  expect(screen.queryByRole("button", { name: /^Download/ })).toBeNull();
  expect(screen.getByRole("button", { name: /^Delete: the backup/ })).toBeEnabled();
});

it("says what a restore overwrites, and wants the name typed", async () => {
  const calls = platform({
    "GET /api/v1/deployments/dep_1": { data: deployment({ template_version: "6.2.0" }) },
    "POST /api/v1/deployments/dep_1/restore": { data: deployment({ work: { ...WORK, kind: "restore" } }) },
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Restore here/ }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Restore My blog" }));
  expect(dialog.getByRole("list", { name: "Volumes that are overwritten" })).toHaveTextContent("data");
  expect(dialog.getByText(/keeps its version 6.2.0/)).toBeVisible();
  const button = dialog.getByRole("button", { name: "Restore and lose what came since" });
  expect(button).toBeDisabled();
  await userEvent.type(dialog.getByLabelText("Type My blog to confirm"), "My blog");
  await userEvent.click(button);
  await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  expect(calls.find(({ path }) => path.endsWith("/restore"))?.body).toEqual({
    data: { type: "deployments", attributes: { backup_id: "bkp_1" } },
  });
});

it("makes a new app with its data on a chosen server, and says why it does not start", async () => {
  const calls = platform({
    "GET /api/v1/templates/tmpl_1/versions/6.1.0": refusal(404, "not_found", "Nothing is there."),
    "POST /api/v1/backups/bkp_1/deploy": {
      status: 201,
      body: { data: { ...deployment({ name: "Again", status: "pending" }), id: "dep_2" }, meta: { notice: "It is not started yet: too full." } },
    },
    "GET /api/v1/deployments/dep_2": { data: { ...deployment({ name: "Again", status: "pending" }), id: "dep_2" } },
  });
  const history = visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Restore into a new app/ }));
  const dialog = within(await screen.findByRole("dialog", { name: "Restore into a new app" }));
  const name = await dialog.findByLabelText(/Name/);
  expect(name).toHaveValue("My blog restored");
  await userEvent.clear(name);
  await userEvent.type(name, "Again");
  await userEvent.click(dialog.getByRole("radio", { name: /^server-one/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Restore into a new app" }));
  await expect.poll(() => history.location.pathname).toBe("/deployments/dep_2");
  expect(await screen.findByText("It is not started yet: too full.")).toBeVisible();
  expect(calls.find(({ path }) => path.endsWith("/deploy"))?.body).toEqual({
    data: { type: "deployments", attributes: { name: "Again", node_id: "node_1", allow_public_nodes: false } },
  });
});

it("gives links, the command that opens an archive and its passphrase, and forgets them", async () => {
  const calls = platform({
    "POST /api/v1/backups/bkp_1/download": {
      data: {
        type: "backup-downloads",
        id: "bkp_1",
        attributes: {
          passphrase: "0a1b",
          archives: [
            {
              volume: "data",
              file: "data.tar.gz.enc",
              url: "http://bucket.example/x",
              expires_at: "2026-01-01T13:00:00Z",
              bytes: 3_145_728,
              sha256: "ab",
              opened_by: "openssl enc -d",
            },
          ],
        },
      },
    },
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Download/ }));
  const dialog = within(await screen.findByRole("dialog", { name: "Download this backup" }));
  expect(await dialog.findByRole("link", { name: "Download data.tar.gz.enc" })).toHaveAttribute(
    "href",
    "http://bucket.example/x",
  );
  expect(dialog.getByLabelText("Passphrase")).toHaveValue("0a1b");
  expect(dialog.getByText("openssl enc -d")).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Done" }));
  expect(screen.queryByDisplayValue("0a1b")).toBeNull();
  expect(calls.filter(({ path }) => path.endsWith("/download"))).toHaveLength(1);
});

it("deletes one, and tells a refusal in words", async () => {
  let refused = true;
  let shown: object[] = [backup()];
  platform({
    "GET /api/v1/backups": () => ({ data: shown }),
    "DELETE /api/v1/backups/bkp_1": () => {
      if (refused) return refusal(409, "wrong_state", "It is being made.");
      shown = [];
      return { status: 204, body: null };
    },
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Delete: the backup/ }));
  const dialog = within(await screen.findByRole("alertdialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Delete backup" }));
  expect(await dialog.findByText("It is being made.")).toBeVisible();
  refused = false;
  await userEvent.click(dialog.getByRole("button", { name: "Delete backup" }));
  expect(await screen.findByText(/No backups yet/)).toBeVisible();
});

it("tells why no backup can be begun", async () => {
  platform({
    "POST /api/v1/deployments/dep_1/backups": refusal(409, "too_many_backups", "This app has 50 backups; delete one first."),
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: "Back up now" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("delete one first");
});

it("tries a backup, and tells the proof", async () => {
  let drill: BackupAttributes["drill"] = null;
  const begun = { at: new Date().toISOString(), deployment_id: "dep_9" };
  platform({
    "GET /api/v1/backups": () => ({ data: [backup({ drill })] }),
    "POST /api/v1/backups/bkp_1/drill": () => {
      drill = { ...begun, status: "running" };
      return { status: 202, body: { data: backup({ drill }) } };
    },
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Try a restore/ }));
  expect(await screen.findByText("Being tried")).toBeVisible();
  expect(screen.getByRole("button", { name: /^Delete: the backup/ })).toBeDisabled();
  expect(screen.getByRole("link", { name: "An app with its data" })).toHaveAttribute("href", "/deployments/dep_9");
  drill = { ...begun, status: "passed", healthy_seconds: 41, files: 1204 };
  expect(await screen.findByText(/Restored and healthy in 41 s, all of its 1204 files and folders came back/)).toBeVisible();
  expect(screen.getByText("Proven")).toBeVisible();
});

it("says why a try failed, and why none is begun", async () => {
  const drill = { status: "failed", at: new Date().toISOString(), deployment_id: "dep_9", reason: "web ended." } as const;
  platform({
    "GET /api/v1/backups": { data: [backup({ drill })] },
    "POST /api/v1/backups/bkp_1/drill": refusal(409, "no_node", "No server of yours can take it."),
  });
  visit(HERE);
  expect(await screen.findByText(/web ended. Try it again/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /^Try a restore/ }));
  expect(await screen.findByText(/is not tried. No server of yours can take it/)).toBeVisible();
});

it("backs up by schedule, and ends that", async () => {
  let shown: Partial<DeploymentAttributes> = {};
  const calls = platform({
    "GET /api/v1/deployments/dep_1": () => ({ data: deployment(shown) }),
    "PATCH /api/v1/deployments/dep_1": ({ body }: { body: { data: { attributes: object } } }) => {
      shown = { ...shown, ...body.data.attributes, backup_due_at: new Date(Date.now() + 7_200_000).toISOString() };
      return { data: deployment(shown) };
    },
  });
  visit(HERE);
  expect(await screen.findByText("This app is not backed up by itself.")).toBeVisible();
  expect(screen.getByLabelText("Keep the last")).toBeDisabled();
  await userEvent.selectOptions(screen.getByLabelText("Back up"), "Each day");
  await userEvent.selectOptions(screen.getByLabelText("Within the hour from"), "5");
  await userEvent.selectOptions(screen.getByLabelText("Keep the last"), "14");
  await userEvent.click(screen.getByRole("button", { name: "Save schedule" }));
  expect(await screen.findByText(/The next backup begins/)).toHaveTextContent("in 2 hours");
  expect(screen.getByRole("button", { name: "Save schedule" })).toBeDisabled();

  await userEvent.selectOptions(screen.getByLabelText("Back up"), "Never");
  await userEvent.click(screen.getByRole("button", { name: "Save schedule" }));
  expect(await screen.findByText("This app is not backed up by itself.")).toBeVisible();
  const sent = calls.filter(({ method }) => method === "PATCH").map(({ body }) => body as { data: { attributes: object } });
  expect(sent.map(({ data }) => data.attributes)).toEqual([
    { backup_schedule: { every: "day", hour: 5 }, backup_keep: 14 },
    { backup_schedule: null },
  ]);
});

it("leads from the question whether to delete an app to its backups", async () => {
  platform();
  const history = visit("/deployments/dep_1/settings");
  const [button] = await screen.findAllByRole("button", { name: "Delete app" });
  if (button) await userEvent.click(button);
  await userEvent.click(await screen.findByRole("link", { name: "Back it up or download its data first" }));
  await expect.poll(() => history.location.pathname).toBe(HERE);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

const DUMPED = { id: "v", template_id: "tmpl_1", version: "6.1.0", created_at: "2026-01-01T12:00:00Z" };

function version(backup: { dumps: string[]; stopped_for: string[] } | null) {
  return { "GET /api/v1/templates/tmpl_1/versions/6.1.0": { data: { type: "template_versions", id: "v", attributes: { ...DUMPED, backup } } } };
}

it.each([
  [{ dumps: ["db"], stopped_for: [] }, /^The app goes on running/],
  [{ dumps: ["db"], stopped_for: ["uploads", "cache"] }, /stopped while the data of uploads and cache is sent/],
  [{ dumps: [], stopped_for: ["data"] }, /stopped while its data is sent/],
  [null, /stopped while its data is sent/],
])("says whether the app goes on while it is backed up: %j", async (way, told) => {
  platform(version(way));
  visit(HERE);
  expect(await screen.findByText(told)).toBeVisible();
});

it("calls a dump one, with the volumes that it stands for, and says that a restore overwrites those", async () => {
  const dump = { kind: "dump", service: "db", volume: null, volumes: ["data"], bytes: 1024, sha256: "cd".repeat(32), plain_bytes: 4096, seconds: 1 };
  const [files] = backup().attributes.archives;
  const uploads = { ...files, volume: "uploads" } as never;
  platform({ "GET /api/v1/backups": { data: [backup({ archives: [dump as never, uploads], away_seconds: null })] } });
  visit(HERE);
  const archives = within(await screen.findByRole("list", { name: "Archives" }));
  expect(archives.getByText("Dump of db")).toBeVisible();
  expect(archives.getByText(/stands for/)).toHaveTextContent("stands for data");
  expect(archives.getByRole("button", { name: "Copy the SHA-256 of Dump of db" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /^Restore here/ }));
  const lost = within(await screen.findByRole("list", { name: "Volumes that are overwritten" }));
  expect(lost.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(["data", "uploads"]);
});

it("sends an app's backups to a bucket of one's own without touching its schedule, and back", async () => {
  let shown: Partial<DeploymentAttributes> = {};
  const calls = platform({
    "GET /api/v1/backup_targets": { data: [bucket()] },
    "GET /api/v1/deployments/dep_1": () => ({ data: deployment(shown) }),
    "PATCH /api/v1/deployments/dep_1": ({ body }: { body: { data: { attributes: object } } }) => {
      shown = { ...shown, ...body.data.attributes };
      return { data: deployment(shown) };
    },
  });
  visit(HERE);
  await userEvent.selectOptions(await screen.findByLabelText("Backups go to"), "Offsite");
  await userEvent.click(screen.getByRole("button", { name: "Save schedule" }));
  await expect.poll(() => shown.backup_target_id).toBe("bkt_1");
  expect(await screen.findByLabelText("Backups go to")).toHaveDisplayValue("Offsite");
  await userEvent.selectOptions(screen.getByLabelText("Backups go to"), "Hoster’s bucket");
  await userEvent.click(screen.getByRole("button", { name: "Save schedule" }));
  await expect.poll(() => shown.backup_target_id).toBeNull();
  const sent = calls.filter(({ method }) => method === "PATCH").map(({ body }) => body as { data: { attributes: object } });
  expect(sent.map(({ data }) => data.attributes)).toEqual([{ backup_target_id: "bkt_1" }, { backup_target_id: null }]);
});

it("tells at its field that a bucket cannot be chosen", async () => {
  platform({
    "GET /api/v1/backup_targets": { data: [bucket()] },
    "PATCH /api/v1/deployments/dep_1": refusal(422, "target_invalid", "It was refused; check it first.", "/data/attributes/backup_target_id"),
  });
  visit(HERE);
  await userEvent.selectOptions(await screen.findByLabelText("Backups go to"), "Offsite");
  await userEvent.click(screen.getByRole("button", { name: "Save schedule" }));
  expect(await screen.findByText("It was refused; check it first.")).toBeVisible();
  expect(screen.getByLabelText("Backups go to")).toBeInvalid();
});

it("warns of a bucket that was refused, and says of each backup in which one it lies", async () => {
  platform({
    "GET /api/v1/backup_targets": {
      data: [bucket({ status: "invalid", error_message: "The bucket ann-backups does not let this key write." })],
    },
    "GET /api/v1/deployments/dep_1": { data: deployment({ backup_target_id: "bkt_1" }) },
    "GET /api/v1/backups": {
      data: [
        backup({
          target_id: "bkt_1",
          status: "failed",
          archives: [],
          bytes: null,
          error_code: "bucket_access_denied",
          error_message: "It does not let this key write.",
        }),
        backup({ target_id: "bkt_1" }, "bkp_2"),
      ],
    },
  });
  visit(HERE);
  const failed = await screen.findByText(/It does not let this key write. See to the bucket, then back it up again/);
  expect(within(failed).getByRole("link", { name: "Go to your buckets" })).toHaveAttribute("href", "/settings/buckets");
  expect(screen.getByText(/Offsite was refused at its last check/)).toBeVisible();
  expect(screen.getByRole("link", { name: "See to it in Settings" })).toHaveAttribute("href", "/settings/buckets");
  expect(screen.getByText(/encrypted, in your bucket Offsite/)).toBeInTheDocument();
});

it("forgets a backup whose bucket refuses to delete it, after it said what that means", async () => {
  let shown: object[] = [backup({ target_id: "bkt_1" })];
  const calls = platform({
    "GET /api/v1/backup_targets": { data: [bucket()] },
    "GET /api/v1/backups": () => ({ data: shown }),
    "DELETE /api/v1/backups/bkp_1": ({ query }: { query: string }) => {
      if (query !== "forget=true") return refusal(422, "bucket_access_denied", "It does not let this key delete.");
      shown = [];
      return { status: 204, body: null };
    },
  });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Delete: the backup/ }));
  const dialog = within(await screen.findByRole("alertdialog"));
  expect(dialog.getByText(/is deleted from your bucket/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Delete backup" }));
  expect(await dialog.findByText("It does not let this key delete.")).toBeVisible();
  expect(dialog.getByText(/the archives stay in your bucket/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Forget backup" }));
  expect(await screen.findByText(/No backups yet/)).toBeVisible();
  expect(calls.filter(({ method }) => method === "DELETE").map(({ query }) => query)).toEqual(["", "forget=true"]);
});

it("never offers to forget what lies in Hoster's bucket", async () => {
  platform({ "DELETE /api/v1/backups/bkp_1": refusal(503, "bucket_unanswered", "It does not answer.") });
  visit(HERE);
  await userEvent.click(await screen.findByRole("button", { name: /^Delete: the backup/ }));
  const dialog = within(await screen.findByRole("alertdialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Delete backup" }));
  expect(await dialog.findByText("It does not answer.")).toBeVisible();
  expect(dialog.queryByRole("button", { name: "Forget backup" })).toBeNull();
});
