import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { node } from "@/testing/records";

const KEY = {
  type: "ssh_keys",
  id: "sshkey_1",
  attributes: {
    name: "rack",
    fingerprint: "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
    key_type: "ssh-ed25519",
    public_key: "ssh-ed25519 AAAA rack",
    private_key: null,
    created_at: "2026-01-01T12:00:00Z",
  },
};

function platform(over: Record<string, object> = {}) {
  return serve({
    "GET /api/v1/cloud_credentials": { data: [] },
    "GET /api/v1/ssh_keys": { data: [KEY] },
    "GET /api/v1/nodes": { data: [node({ name: "server-two", ssh_key_id: "sshkey_1" })] },
    ...over,
  });
}

beforeEach(() => {
  session.begin("a-token");
});

it("says which servers a key is for, and again before it is forgotten", async () => {
  platform();
  visit("/credentials");
  expect(await screen.findByText("Used by server-two")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Delete rack" }));
  expect(within(screen.getByRole("alertdialog")).getByText("Used by server-two.")).toBeVisible();
});

it("shows the private half of a new key once, and not after the dialog is closed", async () => {
  const made = { ...KEY.attributes, private_key: "-----BEGIN OPENSSH PRIVATE KEY-----" };
  const calls = platform({ "POST /api/v1/ssh_keys/generate": { status: 201, body: { data: { ...KEY, attributes: made } } } });
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Generate" }));
  await userEvent.type(await screen.findByLabelText(/^Name/), "rack");
  await userEvent.click(screen.getByRole("button", { name: "Generate SSH key" }));
  expect(await screen.findByLabelText("Private key")).toHaveValue(made.private_key);
  expect(screen.getByLabelText("Public key")).toHaveValue("ssh-ed25519 AAAA rack");
  expect(calls.find(({ method }) => method === "POST")?.headers.get("Idempotency-Key")).toBeTruthy();

  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByDisplayValue(made.private_key)).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Generate" }));
  expect(await screen.findByLabelText(/^Name/)).toHaveValue("");
});

it("says that a repeat does not show it again, and what is wrong with a name", async () => {
  let answer: object = refusal(422, "too_long", "It has at most 100 characters.", "/data/attributes/name");
  platform({ "POST /api/v1/ssh_keys/generate": () => answer });
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Generate" }));
  await userEvent.type(await screen.findByLabelText(/^Name/), "rack");
  await userEvent.click(screen.getByRole("button", { name: "Generate SSH key" }));
  expect(await screen.findByText("It has at most 100 characters.")).toBeVisible();
  answer = { status: 201, body: { data: KEY, meta: { secret_shown: true } } };
  await userEvent.click(screen.getByRole("button", { name: "Generate SSH key" }));
  expect(await screen.findByText(/was shown before and is not shown again/)).toBeVisible();
});
