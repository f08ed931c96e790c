/** Invoices and what they are computed from, as the API shows them. */

import type { ResourceObject } from "@/lib/api/document";
import type { ExplanationAttributes, InvoiceAttributes, InvoiceItem } from "@/lib/api/types";

export function item(over: Partial<InvoiceItem> = {}): InvoiceItem {
  return {
    kind: "run",
    deployment_id: "dep_1",
    deployment_name: "My blog",
    template_id: "tmpl_1",
    template_name: "WordPress",
    creator_id: "user_2",
    monthly_cents: 500,
    price_since: "2026-01-01T00:00:00Z",
    seconds: 964_800,
    cents: 186,
    month: "2026-11",
    refers_to: null,
    description: "My blog (WordPress), November 2026",
    ...over,
  };
}

export function invoice(over: Partial<InvoiceAttributes> = {}, id = "inv_1"): ResourceObject<InvoiceAttributes> {
  return {
    type: "invoices",
    id,
    attributes: {
      user_id: "user_1",
      kind: "month",
      plan: null,
      status: "pending",
      period_start: "2026-11-01T00:00:00Z",
      period_end: "2026-12-01T00:00:00Z",
      items: [item()],
      entries: [],
      subtotal_cents: 186,
      tax_cents: 0,
      total_cents: 186,
      currency: "USD",
      closed_at: "2026-12-01T02:00:00Z",
      due_on: null,
      paid_at: null,
      carried_to: null,
      stripe_session_id: null,
      stripe_payment_url: null,
      created_at: "2026-11-03T00:00:00Z",
      updated_at: "2026-12-01T02:00:00Z",
      ...over,
    },
  };
}

export function explanation(over: Partial<ExplanationAttributes> = {}): ExplanationAttributes {
  return {
    month: "2026-11",
    now: "2026-11-21T00:00:00Z",
    invoice: { id: "inv_1", status: "draft", items: [item()], total_cents: 186, currency: "USD" },
    intervals: [
      { deployment: "dep_1", template: "tmpl_1", since: "2026-10-30T00:00:00Z", until: "2026-11-11T04:00:00Z" },
      { deployment: "dep_1", template: "tmpl_1", since: "2026-11-20T00:00:00Z", until: null },
    ],
    prices: [{ template: "tmpl_1", at: "2026-01-01T00:00:00Z", monthly_cents: 500 }],
    carried: [],
    sources: {},
    ...over,
  };
}
