import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, template } from "@/testing/records";
import { session } from "./session";

const EXPIRED = refusal(401, "invalid_api_key", "Invalid or expired API key");
const SIGNED_IN = { status: 200, body: { token: "new-token", user: { id: "u", email: "me@example.com" } } };
const ME = { user: { id: "u", email: "me@example.com", plan_id: "free" } };

const NOTHING_YET = {
  "GET /api/v1/deployments": { data: [] },
  "GET /api/v1/nodes": { data: [] },
  "GET /api/v1/cloud_provisions": { data: [] },
};

it("asks for an account before anything private, and leads back after it", async () => {
  const calls = serve({
    "POST /mod/auth/login": SIGNED_IN,
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/nodes": { data: [] },
  });
  const history = visit("/deployments");
  await userEvent.type(await screen.findByLabelText("Email"), "me@example.com");
  expect(calls).toHaveLength(0);
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));

  expect(await screen.findByRole("link", { name: "My blog" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/deployments");
  const listed = calls.find(({ path }) => path === "/api/v1/deployments");
  expect(listed?.headers.get("Authorization")).toBe("Bearer new-token");
});

it("leads back to the very place when the API no longer knows the session", async () => {
  let isOver = true;
  const deployments = () => (isOver ? EXPIRED : { data: [deployment()] });
  serve({
    "POST /mod/auth/login": SIGNED_IN,
    "GET /api/v1/deployments": deployments,
    "GET /mod/auth/me": () => (isOver ? EXPIRED : ME),
    "GET /api/v1/nodes": { data: [] },
  });
  session.begin("old-token");
  const history = visit("/deployments?q=blog#list");
  expect(await screen.findByRole("heading", { name: "Sign in to Hoster" })).toBeInTheDocument();
  expect(screen.getByText(/Your session has ended/)).toBeVisible();
  expect(session.token()).toBeNull();

  isOver = false;
  await userEvent.type(screen.getByLabelText("Email"), "me@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("link", { name: "My blog" })).toBeInTheDocument();
  expect(history.location.href).toBe("/deployments?q=blog#list");
});

it("follows what another tab does: out, and in again", async () => {
  serve({ "GET /api/v1/deployments": { data: [deployment()] }, "GET /api/v1/nodes": { data: [] } });
  session.begin("a-token");
  const history = visit("/deployments");
  await screen.findByRole("link", { name: "My blog" });

  localStorage.removeItem("hoster-session");
  window.dispatchEvent(new StorageEvent("storage", { key: "hoster-session" }));
  expect(await screen.findByText(/You were signed out in another tab/)).toBeVisible();
  expect(screen.queryByText("My blog")).not.toBeInTheDocument();

  localStorage.setItem("hoster-session", "another-token");
  window.dispatchEvent(new StorageEvent("storage", { key: "hoster-session" }));
  expect(await screen.findByRole("link", { name: "My blog" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/deployments");
});

it("does not ask who is signed in to sign in", async () => {
  serve({ "GET /api/v1/templates": { data: [template()] } });
  session.begin("a-token");
  const history = visit("/sign-in?from=%2Ftemplates");
  expect(await screen.findByRole("heading", { name: "Catalogue" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/templates");
});

it("keeps a newer session when an answer to an older one says 401", () => {
  session.begin("newer");
  session.expire("older");
  expect(session.token()).toBe("newer");
});

it("keeps a session through an error that is not about it", async () => {
  serve({ "GET /api/v1/deployments": refusal(400, "bad_request", "No.") });
  session.begin("a-token");
  visit("/deployments");
  expect(await screen.findByText("No.")).toBeVisible();
  expect(session.token()).toBe("a-token");
});

it("forgets what one account has read when it signs out", async () => {
  serve({
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/nodes": { data: [] },
    "POST /mod/auth/logout": {},
  });
  session.begin("a-token");
  const history = visit("/deployments");
  await screen.findByRole("link", { name: "My blog" });
  await userEvent.click(await screen.findByRole("button", { name: "Account menu" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in to Hoster" })).toBeInTheDocument();
  expect(screen.getByText("You are signed out.")).toBeVisible();
  expect(screen.queryByText("My blog")).not.toBeInTheDocument();
  // The next one to sign in here is not led to where the last one was.
  expect(history.location.search).toBe("");
});

it("says what the gateway says of a wrong password", async () => {
  serve({ "POST /mod/auth/login": { status: 401, body: { error: "invalid email or password" } } });
  visit("/sign-in");
  await userEvent.type(await screen.findByLabelText("Email"), "me@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "wrong");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Invalid email or password.");
  expect(session.token()).toBeNull();
});

it("never follows a way back to another site", async () => {
  serve({ "POST /mod/auth/login": SIGNED_IN, ...NOTHING_YET });
  const history = visit(`/sign-in?from=${encodeURIComponent("//example.org/")}`);
  await userEvent.type(await screen.findByLabelText("Email"), "me@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "Home" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/home");
});
