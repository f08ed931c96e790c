import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
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
  expect(screen.getByRole("heading", { name: "Who you are" })).toBeVisible();
  expect(history.location.pathname).toBe("/settings");
});
