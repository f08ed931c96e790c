import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, template } from "@/testing/records";
import { session } from "./session";

const EXPIRED = refusal(401, "invalid_api_key", "Invalid or expired API key");
const SIGNED_IN = { status: 200, body: { token: "new-token", user: { id: "u", email: "me@example.com" } } };

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

it("signs out when the API no longer knows the session", async () => {
  serve({ "GET /api/v1/deployments": EXPIRED, "GET /mod/auth/me": EXPIRED });
  session.begin("old-token");
  const history = visit("/deployments");
  expect(await screen.findByRole("heading", { name: "Sign in to Hoster" })).toBeInTheDocument();
  expect(session.token()).toBeNull();
  expect(history.location.search).toContain("from");
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
  visit("/deployments");
  await screen.findByRole("link", { name: "My blog" });
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in to Hoster" })).toBeInTheDocument();
  expect(screen.queryByText("My blog")).not.toBeInTheDocument();
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
  serve({ "POST /mod/auth/login": SIGNED_IN, "GET /api/v1/templates": { data: [template()] } });
  const history = visit(`/sign-in?from=${encodeURIComponent("//example.org/")}`);
  await userEvent.type(await screen.findByLabelText("Email"), "me@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "Catalogue" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/templates");
});
