/** Buckets of one's own for backups: added and proven, changed, checked again, deleted. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { backup, bucket, deployment } from "@/testing/records";

const HERE = "/settings/buckets";
const CHECK = "POST /api/v1/backup_targets/bkt_1/check";

function platform(over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/backup_targets": { data: [bucket()] },
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/backups": { data: [backup()] },
    ...(over as Record<string, object>),
  });
}

beforeEach(() => session.begin("a-token"));

async function opened(button: string) {
  await userEvent.click(await screen.findByRole("button", { name: button }));
  return within(await screen.findByRole("dialog"));
}

it("says what a bucket of one's own is for while there is none, and asks for what is needed", async () => {
  const calls = platform({ "GET /api/v1/backup_targets": { data: [] } });
  visit(HERE);
  expect(await screen.findByText(/Backups go to Hoster’s bucket/)).toBeVisible();
  const dialog = await opened("Add a bucket");
  await userEvent.click(dialog.getByRole("button", { name: "Add and check" }));
  for (const field of ["Bucket", "Access key ID", "Secret access key"])
    expect(await dialog.findByText(`${field} needs a value.`)).toBeVisible();
  expect(dialog.queryByLabelText("Endpoint")).toBeNull();
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
});

it("adds a bucket at AWS with the policy for its key, and has it proven", async () => {
  let made: object[] = [];
  const calls = platform({
    "GET /api/v1/backup_targets": () => ({ data: made }),
    "POST /api/v1/backup_targets": () => {
      made = [bucket({ status: "unchecked" })];
      return { status: 201, body: { data: made[0] } };
    },
    [CHECK]: () => {
      made = [bucket()];
      return { data: made[0] };
    },
  });
  visit(HERE);
  const dialog = await opened("Add a bucket");
  await userEvent.type(dialog.getByLabelText("Bucket"), "ann-backups");
  await userEvent.type(dialog.getByLabelText("Folder"), "hoster");
  await userEvent.type(dialog.getByLabelText("Access key ID"), "AKIAEXAMPLE");
  await userEvent.type(dialog.getByLabelText("Secret access key"), "s3cret");
  const policy = JSON.parse(dialog.getByRole("region", { name: "The policy", hidden: true }).textContent) as {
    Statement: object[];
  };
  expect(policy.Statement).toEqual([
    {
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      Resource: "arn:aws:s3:::ann-backups/hoster/*",
    },
  ]);
  await userEvent.click(dialog.getByRole("button", { name: "Add and check" }));

  expect(await screen.findByText("Valid")).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByText(/an archive was put there, fetched, compared and deleted/)).toBeVisible();
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    data: {
      type: "backup_targets",
      attributes: {
        name: "AWS S3",
        endpoint: null,
        region: "us-east-1",
        bucket: "ann-backups",
        prefix: "hoster",
        access_key_id: "AKIAEXAMPLE",
        secret_access_key: "s3cret",
      },
    },
  });
  expect(JSON.stringify(sessionStorage)).not.toContain("s3cret");
});

it("fills in the endpoint of a known store, which follows the region", async () => {
  const calls = platform({ "POST /api/v1/backup_targets": { status: 201, body: { data: bucket() } }, [CHECK]: { data: bucket() } });
  visit(HERE);
  const dialog = await opened("Add a bucket");
  await userEvent.selectOptions(dialog.getByLabelText("Store"), "Hetzner Object Storage");
  expect(dialog.getByLabelText("Name")).toHaveValue("Hetzner Object Storage");
  await userEvent.clear(dialog.getByLabelText("Region"));
  await userEvent.type(dialog.getByLabelText("Region"), "nbg1");
  expect(dialog.getByLabelText("Endpoint")).toHaveValue("https://nbg1.your-objectstorage.com");
  expect(dialog.getByText(/a project that holds nothing but this bucket/)).toBeVisible();
  expect(dialog.queryByText("The policy")).toBeNull();
  await userEvent.type(dialog.getByLabelText("Bucket"), "b");
  await userEvent.type(dialog.getByLabelText("Access key ID"), "k");
  await userEvent.type(dialog.getByLabelText("Secret access key"), "s");
  await userEvent.click(dialog.getByRole("button", { name: "Add and check" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "POST")?.body).toMatchObject({
    data: { attributes: { endpoint: "https://nbg1.your-objectstorage.com", region: "nbg1" } },
  });
});

it("wants an address of another store that begins with https", async () => {
  platform();
  visit(HERE);
  const dialog = await opened("Add a bucket");
  await userEvent.selectOptions(dialog.getByLabelText("Store"), "Another that speaks S3");
  await userEvent.click(dialog.getByRole("button", { name: "Add and check" }));
  expect(await dialog.findByText("Endpoint needs a value.")).toBeVisible();
  await userEvent.type(dialog.getByLabelText("Endpoint"), "http://s3.example.com");
  expect(await dialog.findByText("Endpoint begins with https://.")).toBeVisible();
});

it("tells at its field what a check refuses, and changes what it stored instead of storing it twice", async () => {
  let isRight = false;
  const calls = platform({
    "GET /api/v1/backup_targets": { data: [] },
    "POST /api/v1/backup_targets": { status: 201, body: { data: bucket({ prefix: "" }) } },
    "PATCH /api/v1/backup_targets/bkt_1": { data: bucket({ prefix: "" }) },
    [CHECK]: () =>
      isRight
        ? { data: bucket() }
        : refusal(422, "bucket_key_refused", "Replace the secret access key.", "/data/attributes/secret_access_key"),
  });
  visit(HERE);
  const dialog = await opened("Add a bucket");
  await userEvent.type(dialog.getByLabelText("Bucket"), "ann-backups");
  await userEvent.type(dialog.getByLabelText("Access key ID"), "AKIAEXAMPLE");
  await userEvent.type(dialog.getByLabelText("Secret access key"), "wrong");
  await userEvent.click(dialog.getByRole("button", { name: "Add and check" }));
  expect(await dialog.findByText("Replace the secret access key.")).toBeVisible();
  expect(dialog.getByLabelText("Secret access key")).toBeInvalid();

  isRight = true;
  await userEvent.clear(dialog.getByLabelText("Secret access key"));
  await userEvent.type(dialog.getByLabelText("Secret access key"), "right");
  await userEvent.click(dialog.getByRole("button", { name: "Save and check" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.filter(({ method, path }) => method === "POST" && path.endsWith("/backup_targets"))).toHaveLength(1);
  expect(calls.find(({ method }) => method === "PATCH")?.body).toMatchObject({
    data: { type: "backup_targets", id: "bkt_1", attributes: { secret_access_key: "right" } },
  });
});

it("says of one that was refused why, and what follows; a check that goes well ends that", async () => {
  let shown = bucket({
    status: "invalid",
    error_code: "bucket_not_found",
    error_message: "Amazon S3 in eu-central-1 has no bucket ann-backups.",
  });
  platform({
    "GET /api/v1/backup_targets": () => ({ data: [shown] }),
    [CHECK]: () => {
      shown = bucket();
      return { data: shown };
    },
  });
  visit(HERE);
  expect(await screen.findByRole("alert")).toHaveTextContent(/has no bucket ann-backups. Backups into it fail/);
  await userEvent.click(screen.getByRole("button", { name: "Check Offsite" }));
  expect(await screen.findByText("Valid")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("changes what may change of one that is in use, and keeps its secret", async () => {
  const calls = platform({
    "GET /api/v1/backups": { data: [backup({ target_id: "bkt_1" })] },
    "PATCH /api/v1/backup_targets/bkt_1": { data: bucket({ name: "Elsewhere" }) },
    [CHECK]: { data: bucket({ name: "Elsewhere" }) },
  });
  visit(HERE);
  expect(await screen.findByText(/1 backup · added/)).toBeVisible();
  const dialog = await opened("Change Offsite");
  expect(dialog.getByLabelText("Bucket")).toHaveAttribute("readonly");
  expect(dialog.getByLabelText("Store")).toBeDisabled();
  await userEvent.clear(dialog.getByLabelText("Name"));
  await userEvent.type(dialog.getByLabelText("Name"), "Elsewhere");
  await userEvent.click(dialog.getByRole("button", { name: "Save and check" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    data: { type: "backup_targets", id: "bkt_1", attributes: { name: "Elsewhere" } },
  });
});

it("names what holds a bucket and leads there, instead of deleting it", async () => {
  platform({
    "GET /api/v1/deployments": { data: [deployment({ backup_target_id: "bkt_1" })] },
    "GET /api/v1/backups": { data: [backup({ target_id: "bkt_1" }), backup({ target_id: "bkt_1" }, "bkp_2")] },
  });
  visit(HERE);
  expect(await screen.findByText(/1 app, 2 backups/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Delete Offsite" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete Offsite" }));
  expect(dialog.getByRole("link", { name: "My blog" })).toHaveAttribute("href", "/deployments/dep_1/backups");
  expect(dialog.getByText(/2 backups lie there/)).toBeVisible();
  expect(dialog.getByRole("button", { name: "Delete" })).toBeDisabled();
});

it("deletes one that nothing uses, and tells a refusal in words", async () => {
  let isRefused = true;
  let shown: object[] = [bucket()];
  platform({
    "GET /api/v1/backup_targets": () => ({ data: shown }),
    "DELETE /api/v1/backup_targets/bkt_1": () => {
      if (isRefused) return refusal(409, "target_in_use", "The app Shop is backed up into it.");
      shown = [];
      return { status: 204, body: null };
    },
  });
  visit(HERE);
  expect(await screen.findByText(/not in use/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Delete Offsite" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  expect(dialog.getByText(/What lies in the bucket stays there/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
  expect(await dialog.findByText("The app Shop is backed up into it.")).toBeVisible();
  isRefused = false;
  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
  expect(await screen.findByText(/Backups go to Hoster’s bucket/)).toBeVisible();
});
