/** A forgotten password: a link is asked for, and sets another one. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";

const ASK = "POST /api/v1/account/password-resets";
const SET = "POST /api/v1/account/passwords";

function answer(type: string, attributes: object) {
  return { data: { type, id: "req_1", attributes } };
}

async function setPassword(password: string) {
  await userEvent.type(await screen.findByLabelText(/^Password/), password);
  await userEvent.click(screen.getByRole("button", { name: "Set the password" }));
}

it("leads from signing in to a link, and says the same for every address", async () => {
  const calls = serve({ [ASK]: { status: 202, body: answer("password-resets", { good_for_seconds: 1800 }) } });
  visit("/sign-in");
  await userEvent.click(await screen.findByRole("link", { name: "Forgot your password?" }));
  await screen.findByRole("heading", { name: "Forgot your password?" });
  await userEvent.type(await screen.findByLabelText(/^Email/), " ada@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Send the link" }));

  expect(await screen.findByText(/If there is an account with ada@example.com/)).toBeVisible();
  expect(calls.map(({ body }) => body)).toEqual([
    { data: { type: "password-resets", attributes: { email: "ada@example.com" } } },
  ]);
});

it("asks for an address before anything is sent", async () => {
  const calls = serve({});
  visit("/forgot-password");
  await userEvent.click(await screen.findByRole("button", { name: "Send the link" }));

  expect(await screen.findByText("Email needs a value.")).toBeVisible();
  expect(calls).toEqual([]);
});

it("says what to do where no mail is sent", async () => {
  const detail = "This installation sends no mail. Write to help@example.com: a link can be made for you.";
  serve({ [ASK]: refusal(503, "mail_not_configured", detail) });
  visit("/forgot-password");
  await userEvent.type(await screen.findByLabelText(/^Email/), "ada@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Send the link" }));

  expect(await screen.findByText(detail)).toBeVisible();
});

it("sets the password by the link, which leaves the address at once", async () => {
  const calls = serve({ [SET]: answer("passwords", { sessions_end: false }) });
  const history = visit("/reset-password#the-token");
  await setPassword("another one");

  expect(await screen.findByRole("heading", { name: "Your new password is set" })).toBeVisible();
  expect(within(screen.getByRole("main")).getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(history.location.href).toBe("/reset-password");
  expect(calls.map(({ body }) => body)).toEqual([
    { data: { type: "passwords", attributes: { token: "the-token", password: "another one" } } },
  ]);
});

it("sends no password that the gateway would not take", async () => {
  const calls = serve({});
  visit("/reset-password#the-token");
  await setPassword("short");

  expect(await screen.findByText("Use at least 8 characters.")).toBeVisible();
  expect(calls).toEqual([]);
});

it("leads on from a link that was used", async () => {
  const detail = "This link was used already. Ask for another one.";
  serve({ [SET]: refusal(422, "link_used", detail, "/data/attributes/token") });
  visit("/reset-password#the-token");
  await setPassword("another one");

  expect(await screen.findByText(detail)).toBeVisible();
  expect(screen.getByRole("link", { name: "Ask for another link" })).toHaveAttribute("href", "/forgot-password");
});

it("says that a link is not whole", async () => {
  serve({});
  visit("/reset-password");

  expect(await screen.findByText("Open the link as it stands in the letter.")).toBeVisible();
});

it("keeps the link while nobody knows whether the password is set", async () => {
  const detail = "It is not known whether the new password is set: try to sign in with it.";
  serve({ [SET]: refusal(502, "gateway_in_doubt", detail) });
  visit("/reset-password#the-token");
  await setPassword("another one");

  expect(await screen.findByText(detail)).toBeVisible();
  expect(screen.getByRole("button", { name: "Set the password" })).toBeVisible();
});
