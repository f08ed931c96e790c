/** What somebody typed is there again after a session that ended by itself, for them alone. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { CodeEditorProps } from "@/components/ui/code-editor";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { account, deployment, node, template } from "@/testing/records";

// The editor measures lines, which jsdom has not: a plain field stands in for it.
vi.mock("@/components/ui/code-editor", () => ({
  CodeEditor: ({ label, value, onChange }: CodeEditorProps) => (
    <textarea aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} />
  ),
}));

/** A token of an account; the number tells one session from the next. */
function token(subject: string, number: number): string {
  return `head.${btoa(JSON.stringify({ sub: subject, number }))}.sign`;
}

const ADA = token("user_ada", 1);
const SECRET = { name: "DB_PASSWORD", label: "Database password", type: "secret", required: true, generator: "password" };
const EMAIL = { name: "EMAIL", label: "Your address", type: "string" };
const EXPIRED = refusal(401, "invalid_api_key", "Invalid or expired API key");

let isOver: boolean;

/** Everything is there; what is created answers 401 while the session is over. */
function platform(next = token("user_ada", 2)) {
  isOver = false;
  const made = () => (isOver ? EXPIRED : { status: 201, body: { data: deployment() } });
  return serve({
    "POST /mod/auth/login": () => {
      isOver = false;
      return { status: 200, body: { token: next, user: { id: "u" } } };
    },
    "POST /mod/auth/logout": {},
    "GET /mod/auth/me": { user: { id: "user_ada", email: "ada@example.com", name: null, plan_id: "free" } },
    "GET /api/v1/templates": { data: [] },
    "GET /api/v1/templates/tmpl_1": { data: template({ variables: [SECRET, EMAIL] as never }) },
    "GET /api/v1/templates/tmpl_1/versions": { data: [] },
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/cloud_provisions": { data: [] },
    "GET /api/v1/account": { data: account({}) },
    "GET /api/v1/ssh_keys": { data: [] },
    "GET /api/v1/cloud_credentials": { data: [] },
    "POST /api/v1/deployments": made,
    "POST /api/v1/ssh_keys": made,
    "POST /api/v1/templates": made,
  });
}

async function signInAgain() {
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  await userEvent.type(screen.getByLabelText("Email"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

function written(): string {
  return Object.entries(sessionStorage).flat().join("\n");
}

beforeEach(() => session.begin(ADA));

it("keeps the choices of a new app, and makes other secrets", async () => {
  platform();
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.type(await screen.findByLabelText("Your address"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("Domain"), "www.example.com");
  const secret = screen.getByLabelText<HTMLInputElement>("Database password");
  await userEvent.clear(secret);
  await userEvent.type(secret, "hunter2hunter2");
  isOver = true;
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  expect(written()).toContain("www.example.com");
  expect(written()).not.toContain("hunter2");

  await signInAgain();
  expect(await screen.findByLabelText("Your address")).toHaveValue("ada@example.com");
  expect(screen.getByLabelText("Domain")).toHaveValue("www.example.com");
  expect(screen.getByLabelText<HTMLInputElement>("Database password").value).toMatch(/^[A-Za-z0-9]{32}$/);
});

it("opens the dialog again in which something was typed, without the key", async () => {
  platform();
  visit("/credentials");
  await userEvent.click(await screen.findByRole("button", { name: "Add an SSH key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add an SSH key" }));
  await userEvent.type(dialog.getByLabelText("Name"), "Laptop");
  await userEvent.type(dialog.getByLabelText("Private key"), "BEGIN-SECRET");
  isOver = true;
  await userEvent.click(dialog.getByRole("button", { name: "Add SSH key" }));
  await signInAgain();

  const again = within(await screen.findByRole("dialog", { name: "Add an SSH key" }));
  expect(again.getByLabelText("Name")).toHaveValue("Laptop");
  expect(again.getByLabelText("Private key")).toHaveValue("");
  expect(written()).not.toContain("BEGIN-SECRET");

  await userEvent.click(again.getByRole("button", { name: "Not now" }));
  await userEvent.click(screen.getByRole("button", { name: "Add an SSH key" }));
  expect(await screen.findByLabelText("Name")).toHaveValue("");
});

it("keeps a template that was being written, though it asks before anybody leaves it", async () => {
  platform();
  const history = visit("/templates/new");
  await userEvent.type(await screen.findByLabelText("Template name"), "Wiki");
  await userEvent.click(screen.getByRole("button", { name: "Add variable" }));
  await userEvent.type(screen.getAllByLabelText("Name")[1] ?? document.body, "SITE");
  isOver = true;
  await userEvent.click(screen.getByRole("button", { name: "Create template" }));
  await signInAgain();

  expect(await screen.findByLabelText("Template name")).toHaveValue("Wiki");
  expect(screen.getAllByLabelText("Name")[1]).toHaveValue("SITE");
  expect(history.location.pathname).toBe("/templates/new");
});

it("shows nobody else what was typed", async () => {
  platform(token("user_bob", 1));
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.type(await screen.findByLabelText("Domain"), "www.example.com");
  isOver = true;
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  await signInAgain();
  expect(await screen.findByLabelText("Domain")).toHaveValue("");
  expect(written()).not.toContain("www.example.com");
});

it("forgets what was typed when its author signs out, here or in another tab", async () => {
  platform();
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.type(await screen.findByLabelText("Domain"), "www.example.com");
  session.expire(ADA);
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  expect(written()).toContain("www.example.com");
  session.begin(token("user_ada", 3));
  session.end();
  expect(written()).not.toContain("www.example.com");
});

it("keeps what was typed when the session ended in another tab, and loses it when somebody left there", async () => {
  platform();
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.type(await screen.findByLabelText("Domain"), "www.example.com");
  localStorage.setItem("hoster-session-ending", "expired");
  localStorage.removeItem("hoster-session");
  window.dispatchEvent(new StorageEvent("storage", { key: "hoster-session" }));
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  expect(written()).toContain("www.example.com");
});
