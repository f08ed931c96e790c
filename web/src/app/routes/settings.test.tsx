import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";

const ACCOUNT = {
  type: "accounts",
  id: "user_1",
  attributes: { plan: "free", limits: [], allowed_capabilities: null, note: null },
};
const ME = { id: "user_1", email: "ann@example.com", name: null, plan_id: "free", created_at: "2026-11-01T00:00:00Z" };

it("shows one's profile first, also at its old address", async () => {
  serve({ "GET /mod/auth/me": { user: ME }, "GET /api/v1/account": { data: ACCOUNT } });
  session.begin("a-token");
  const history = visit("/account");
  await screen.findByRole("heading", { name: "Settings", level: 1 });
  const tabs = within(screen.getByRole("navigation", { name: "Settings" }));
  expect(tabs.getByRole("link", { name: "Profile" })).toHaveAttribute("aria-current", "page");
  expect(await screen.findByRole("heading", { name: "Who you are" })).toBeVisible();
  expect(history.location.pathname).toBe("/settings");
});

const TOKEN = {
  type: "api_tokens",
  id: "token_1",
  attributes: {
    name: "laptop",
    scope: "deploy",
    status: "active",
    expires_at: "2099-01-01T00:00:00Z",
    last_used_at: null,
    token: null,
    created_at: "2026-11-01T00:00:00Z",
  },
};

it("shows a new token once, and not after the dialog is closed", async () => {
  const made = { ...TOKEN, attributes: { ...TOKEN.attributes, token: "ak_shown-once" } };
  const calls = serve({
    "GET /api/v1/api_tokens": { data: [TOKEN] },
    "POST /api/v1/api_tokens": { status: 201, body: { data: made } },
  });
  session.begin("a-token");
  visit("/settings/tokens");
  expect(await screen.findByText(/never used/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Make a token" }));
  await userEvent.type(await screen.findByLabelText(/^Name/), "laptop");
  await userEvent.click(screen.getByRole("radio", { name: /Manage/ }));
  await userEvent.click(screen.getByRole("button", { name: "Make token" }));
  expect(await screen.findByLabelText("Token")).toHaveValue("ak_shown-once");
  const asked = calls.find(({ method }) => method === "POST");
  expect(asked?.body).toMatchObject({ data: { attributes: { name: "laptop", scope: "manage" } } });
  expect(asked?.headers.get("Idempotency-Key")).toBeTruthy();

  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByDisplayValue("ak_shown-once")).not.toBeInTheDocument();
});

it("tells of a token that could not be revoked whole, and revokes it again", async () => {
  const calls = serve({
    "GET /api/v1/api_tokens": { data: [{ ...TOKEN, attributes: { ...TOKEN.attributes, status: "revoking" } }] },
    "DELETE /api/v1/api_tokens/token_1": refusal(503, "gateway_unavailable", "The gateway did not answer. Try again."),
  });
  session.begin("a-token");
  visit("/settings/tokens");
  expect(await screen.findByText(/It opens nothing/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Revoke laptop" }));
  await userEvent.click(screen.getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText(/did not answer/)).toBeVisible();
  expect(calls.some(({ method }) => method === "DELETE")).toBe(true);
});
