/** Logins at registries: added, checked, replaced and deleted, their secrets in their fields alone. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";

function login(status = "valid") {
  const attributes = { name: "Images", host: "docker.io", username: "ann", status, created_at: "2026-01-01T12:00:00Z" };
  return { type: "registry_credentials", id: "reg_1", attributes };
}

function platform(over: Record<string, unknown> = {}) {
  return serve({
    "GET /api/v1/registry_credentials": { data: [login()] },
    ...(over as Record<string, object>),
  });
}

beforeEach(() => {
  session.begin("a-token");
});

it("adds a login to a registry", async () => {
  const calls = platform({
    "GET /api/v1/registry_credentials": { data: [] },
    "POST /api/v1/registry_credentials": { status: 201, body: { data: login("unchecked") } },
  });
  visit("/settings/registries");
  expect(await screen.findByText(/your apps pull private images/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Add a login" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add a login" }));
  await userEvent.click(dialog.getByRole("button", { name: "Add login" }));
  expect(await dialog.findByText(/Secret/, { selector: "[role=alert], p" })).toBeVisible();
  await userEvent.clear(dialog.getByLabelText(/Registry/));
  await userEvent.type(dialog.getByLabelText(/Registry/), "ghcr.io");
  await userEvent.type(dialog.getByLabelText(/Username/), "ann");
  await userEvent.type(dialog.getByLabelText(/Secret/), "s3cret");
  await userEvent.click(dialog.getByRole("button", { name: "Add login" }));

  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    data: {
      type: "registry_credentials",
      attributes: { name: "Docker Hub", host: "ghcr.io", username: "ann", secret: "s3cret" },
    },
  });
  expect(JSON.stringify(sessionStorage)).not.toContain("s3cret");
});

it("says at its field that there is a login for the registry already", async () => {
  platform({
    "POST /api/v1/registry_credentials": refusal(409, "registry_taken", "You have a login for Docker Hub already."),
  });
  visit("/settings/registries");
  await userEvent.click(await screen.findByRole("button", { name: "Add a login" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText(/Username/), "ann");
  await userEvent.type(dialog.getByLabelText(/Secret/), "s3cret");
  await userEvent.click(dialog.getByRole("button", { name: "Add login" }));

  expect(await dialog.findByText("You have a login for Docker Hub already.")).toBeVisible();
});

it("shows what a check of a login found", async () => {
  let status = "unchecked";
  platform({
    "GET /api/v1/registry_credentials": () => ({ data: [login(status)] }),
    "POST /api/v1/registry_credentials/reg_1/check": () => {
      status = "invalid";
      return refusal(422, "invalid_credential", "Docker Hub does not accept this username with this secret.");
    },
  });
  visit("/settings/registries");
  await userEvent.click(await screen.findByRole("button", { name: "Check Images" }));

  expect(await screen.findByText("Docker Hub does not accept this username with this secret.")).toBeVisible();
  expect(await screen.findByText("Invalid")).toBeVisible();
});

it("replaces a login in place and checks the new one", async () => {
  const calls = platform({
    "PATCH /api/v1/registry_credentials/reg_1": { data: login("unchecked") },
    "POST /api/v1/registry_credentials/reg_1/check": { data: login() },
  });
  visit("/settings/registries");
  await userEvent.click(await screen.findByRole("button", { name: "Replace Images" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Replace the login Images" }));
  expect(dialog.getByLabelText(/Username/)).toHaveValue("ann");
  await userEvent.type(dialog.getByLabelText(/Secret/), "new");
  await userEvent.click(dialog.getByRole("button", { name: "Replace login" }));

  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    data: { type: "registry_credentials", id: "reg_1", attributes: { username: "ann", secret: "new" } },
  });
  expect(calls.some(({ method, path }) => method === "POST" && path.endsWith("/check"))).toBe(true);
});

it("says what is lost before it deletes a login", async () => {
  const calls = platform({ "DELETE /api/v1/registry_credentials/reg_1": { status: 204 } });
  visit("/settings/registries");
  await userEvent.click(await screen.findByRole("button", { name: "Delete Images" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete Images" }));
  expect(dialog.getByText(/private images fail/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

  await expect.poll(() => calls.some(({ method }) => method === "DELETE")).toBe(true);
});
