import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve, type Asked } from "@/testing/api";
import { visit } from "@/testing/app";
import { explanation, invoice, item } from "@/testing/money";

const NOTHING = refusal(409, "nothing_to_bill", "Nothing that costs money ran this month.");

function platform(over: Record<string, object> = {}) {
  return serve({
    "GET /api/v1/invoices": { data: [] },
    "POST /api/v1/invoices/preview": NOTHING,
    ...over,
  });
}

function verified(status: string) {
  const attributes = { invoice_id: "inv_1", paid: status === "paid", status };
  return { data: { type: "payment-states", id: "inv_1", attributes } };
}

beforeEach(() => {
  session.begin("a-token");
});

it("tells who has nothing to pay what would cost money", async () => {
  platform();
  visit("/billing");
  expect(await screen.findByText("$0.00")).toBeVisible();
  expect(screen.getByText(/No invoices yet/)).toBeVisible();
});

it("explains this month app by app, and what it will come to", async () => {
  platform({
    "POST /api/v1/invoices/preview": { data: invoice({ status: "draft", closed_at: null }) },
    "GET /api/v1/invoices/inv_1/explain": {
      data: { type: "invoice-explanations", id: "inv_1", attributes: explanation() },
    },
  });
  visit("/billing");
  expect(await screen.findByText("Running 11 d 4 h of 30 d at $5.00")).toBeVisible();
  expect(await screen.findByText("$3.52")).toBeVisible();
  expect(screen.getByText(/by 30 November 2026 if everything that runs goes on/)).toBeVisible();
});

it("offers payment for what can be paid, and for nothing else", async () => {
  platform({
    "GET /api/v1/invoices": {
      data: [
        invoice({ status: "draft", period_start: "2026-11-01T00:00:00Z" }, "inv_draft"),
        invoice({ status: "pending", period_start: "2026-10-01T00:00:00Z" }, "inv_pending"),
        invoice({ status: "failed", period_start: "2026-09-01T00:00:00Z" }, "inv_failed"),
        invoice({ status: "paid", period_start: "2026-08-01T00:00:00Z", paid_at: "2026-09-02T10:00:00Z" }, "inv_paid"),
        invoice({ status: "pending", kind: "plan", plan: "pro" }, "inv_order"),
        invoice({ status: "paid", kind: "plan", plan: "starter", total_cents: 900 }, "inv_receipt"),
        invoice({ status: "carried", period_start: "2026-07-01T00:00:00Z", total_cents: -30 }, "inv_carried"),
      ],
    },
  });
  visit("/billing");
  const rows = within(await screen.findByRole("table", { name: "Invoices" })).getAllByRole("row").slice(1);
  const payable = rows.filter((row) => within(row).queryByRole("button", { name: "Pay" }));
  expect(payable.map((row) => within(row).getByRole("link").textContent)).toEqual(["October 2026", "September 2026"]);
  expect(rows).toHaveLength(5);
  expect(screen.getByRole("link", { name: "Receipt for Starter" })).toBeVisible();
  expect(screen.getByText("Paid on 2 September 2026")).toBeInTheDocument();
  expect(screen.getByText("-$0.30")).toBeVisible();
});

it("shows earlier invoices page by page", async () => {
  const earlier = invoice({ status: "paid", period_start: "2024-10-01T00:00:00Z" }, "inv_early");
  const calls = platform({
    "GET /api/v1/invoices": ({ query }: Asked) =>
      query.includes("after")
        ? { data: [earlier] }
        : { data: [invoice()], links: { next: "/api/v1/invoices?page[size]=24&page[after]=c" } },
  });
  visit("/billing");
  await userEvent.click(await screen.findByRole("button", { name: "Show earlier invoices" }));
  expect(await screen.findByRole("link", { name: "Invoice for October 2024" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Show earlier invoices" })).not.toBeInTheDocument();
  expect(calls.filter(({ path }) => path === "/api/v1/invoices")).toHaveLength(2);
});

it("comes back here from the payment page, from wherever the app is shown", async () => {
  const calls = platform({
    "GET /api/v1/invoices": { data: [invoice()] },
    "POST /api/v1/invoices/inv_1/pay": refusal(409, "payment_under_way", "A payment of it is under way."),
  });
  visit("/billing");
  await userEvent.click(await screen.findByRole("button", { name: "Pay" }));
  expect(await screen.findByText(/A payment of it is under way/)).toBeVisible();
  const asked = calls.find(({ path }) => path.endsWith("/pay"))?.body;
  expect(asked).toEqual({
    data: {
      type: "invoices",
      attributes: {
        success_url: "http://localhost:3000/billing?payment=success&invoice=inv_1",
        cancel_url: "http://localhost:3000/billing?payment=cancelled&invoice=inv_1",
      },
    },
  });
});

it.each([
  ["paid", "Your payment has arrived"],
  ["failed", "Your payment did not go through"],
  ["pending", "Your payment is on its way"],
])("tells that a payment is %s, by what the API says of its checkout", async (status, title) => {
  const calls = platform({
    "GET /api/v1/billing/verify-payment": verified(status),
    "GET /api/v1/invoices/inv_1": { data: invoice({ status: "pending" }) },
  });
  visit("/billing?payment=success&invoice=inv_1&session_id=cs_1");
  expect(await screen.findByRole("heading", { name: title })).toBeVisible();
  const asked = calls.find(({ path }) => path === "/api/v1/billing/verify-payment");
  expect(asked?.query).toBe("session_id=cs_1");
});

it("says what is not known, and asks again", async () => {
  let answer: object = refusal(503, "unavailable", "Stripe cannot be reached.");
  platform({
    "GET /api/v1/billing/verify-payment": () => answer,
    "GET /api/v1/invoices/inv_1": { data: invoice({ status: "paid" }) },
  });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  visit("/billing?payment=success&session_id=cs_1");
  const again = await screen.findByRole("button", { name: "Ask again" });
  answer = verified("paid");
  await userEvent.click(again);
  expect(await screen.findByRole("heading", { name: "Your payment has arrived" })).toBeVisible();
});

it("believes no address that somebody made up", async () => {
  platform();
  visit("/billing?payment=success&session_id=cs_other");
  expect(await screen.findByText(/There is no payment of this account/)).toBeVisible();
  expect(screen.queryByText("Your payment has arrived")).not.toBeInTheDocument();
});

it("lets who left without paying go back, and forgets it when it is closed", async () => {
  platform({ "GET /api/v1/invoices/inv_1": { data: invoice() } });
  const history = visit("/billing?payment=cancelled&invoice=inv_1");
  expect(await screen.findByRole("button", { name: "Go back to the payment" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByText("You left without paying")).not.toBeInTheDocument();
  expect(history.location.href).toBe("/billing");
});

it("does not call an invoice open that was paid since", async () => {
  platform({ "GET /api/v1/invoices/inv_1": { data: invoice({ status: "paid" }) } });
  visit("/billing?payment=cancelled&invoice=inv_1");
  expect(await screen.findByRole("heading", { name: "It is paid by now" })).toBeVisible();
});

it("opens each line of an invoice to its intervals", async () => {
  platform({
    "GET /api/v1/invoices/inv_1": {
      data: invoice({
        items: [item(), item({ kind: "carried", deployment_id: null, deployment_name: null, template_name: null, cents: 20, month: "2026-10" })],
        entries: [{ transaction: "pi_1", kind: "payment", at: "2026-12-02T00:00:00Z", cents: 206 }],
      }),
    },
    "GET /api/v1/invoices/inv_1/explain": {
      data: { type: "invoice-explanations", id: "inv_1", attributes: explanation() },
    },
  });
  visit("/billing/inv_1");
  expect(await screen.findByRole("heading", { level: 1, name: "Invoice for November 2026" })).toBeVisible();
  const line = screen.getByRole("button", { name: "When My blog ran" });
  expect(line).toHaveAttribute("aria-expanded", "false");
  await userEvent.click(line);
  expect(line).toHaveAttribute("aria-expanded", "true");
  expect(screen.getByText(/964,800 s of the 2,592,000 s that November 2026 has/)).toBeVisible();
  expect(screen.getByText("October 2026 came to too little to be charged by itself")).toBeVisible();
  expect(within(screen.getByRole("table", { name: "What happened since" })).getByText("Payment")).toBeVisible();
});
