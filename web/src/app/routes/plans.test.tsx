import { screen, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import type { PlanAttributes, Subscription } from "@/lib/api/types";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";

const ACCOUNT = {
  type: "accounts",
  id: "user_1",
  attributes: {
    plan: "starter",
    limits: [
      { limit: "deployments", used: 5, bound: 5, unit: "apps" },
      { limit: "memory_mb", used: 1024, bound: 4096, unit: "MB of memory" },
      { limit: "domains", used: 2, bound: null, unit: "domains" },
    ],
    allowed_capabilities: null,
    note: null,
  },
};

function plan(id: string, over: Partial<PlanAttributes>) {
  const attributes = {
    name: id,
    price_cents: 0,
    currency: "USD",
    days: 30,
    limits: [{ limit: "deployments", bound: 5, unit: "apps" }],
    is_current: false,
    offer: null,
    refusal: null,
    ...over,
  };
  return { type: "plans", id, attributes };
}

const BOUGHT: Subscription = {
  plan: "starter",
  state: "active",
  starts_at: "2026-11-15T00:00:00Z",
  ends_at: "2026-12-15T00:00:00Z",
  lapses_at: "2026-12-18T00:00:00Z",
  renewable_from: "2026-12-08T00:00:00Z",
  invoice_id: "inv_9",
};

function platform(subscription: Subscription | null, over: Record<string, object> = {}) {
  const offer = {
    kind: "upgrade" as const,
    total_cents: 2450,
    credit_cents: 450,
    starts_at: "2026-11-30T00:00:00Z",
    ends_at: "2026-12-30T00:00:00Z",
  };
  serve({
    "GET /api/v1/account": { data: ACCOUNT },
    "GET /api/v1/plans": {
      data: [
        plan("free", { name: "Free", refusal: { code: "plan_free", detail: "It costs nothing." } }),
        plan("starter", { name: "Starter", price_cents: 900, is_current: true }),
        plan("pro", { name: "Pro", price_cents: 2900, offer }),
      ],
      meta: { subscription },
    },
    ...over,
  });
}

beforeEach(() => {
  session.begin("a-token");
});

it("shows what is in use of the plan, until when it is paid, and what a larger one costs now", async () => {
  platform(BOUGHT);
  visit("/plans");
  expect(await screen.findByRole("heading", { name: "You are on Starter" })).toBeVisible();
  expect(screen.getByRole("meter", { name: "Apps in use" })).toHaveAttribute("aria-valuetext", "5 of 5");
  expect(screen.getByText("2, without a limit")).toBeVisible();
  expect(screen.getByText(/Paid until 15 December 2026/)).toBeVisible();
  const pro = within(screen.getByRole("article", { name: "Plan Pro" }));
  expect(pro.getByRole("button", { name: "Upgrade to Pro for $24.50" })).toBeEnabled();
  expect(pro.getByText(/What is left of your present plan, \$4.50, is taken off/)).toBeVisible();
  const free = within(screen.getByRole("article", { name: "Plan Free" }));
  expect(free.queryByRole("button")).not.toBeInTheDocument();
  expect(free.getByText("It costs nothing.")).toBeVisible();
});

it.each([
  ["starter", "changing", "Your payment has arrived"],
  ["starter", "active", "Starter is yours"],
  // What is known of before the payment is not taken for what was paid.
  ["pro", "active", "Your payment has arrived"],
] as const)("tells who has paid for %s that the plan is %s", async (plan, state, title) => {
  const attributes = { invoice_id: "inv_9", paid: true, status: "paid", kind: "plan", plan };
  platform(
    { ...BOUGHT, state },
    { "GET /api/v1/billing/verify-payment": { data: { type: "payment-states", id: "inv_9", attributes } } },
  );
  visit("/plans?payment=success&session_id=cs_1");
  expect(await screen.findByRole("heading", { name: title })).toBeVisible();
});

it("warns while a plan that has ended can be kept", async () => {
  platform({ ...BOUGHT, state: "grace" });
  visit("/plans");
  expect(await screen.findByText(/Renew it by 18 December 2026/)).toBeVisible();
});
