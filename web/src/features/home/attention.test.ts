import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import type { Domain } from "@/lib/api/types";
import { deployment, node, provision } from "@/testing/records";
import type { Channel } from "../notices/api/channels";
import type { Invoice } from "../billing/api/list-invoices";
import { concernsOf } from "./attention";

const NOW = Date.parse("2026-02-10T12:00:00Z");

function invoice(status: Invoice["status"], due: string | null = null): Invoice {
  const period = { period_start: "2026-01-01T00:00:00Z", due_on: due };
  return { id: status, status, ...period, total_cents: 500, currency: "USD" } as Invoice;
}

function domain(status: Domain["status"], over: Partial<Domain> = {}): Domain {
  return { hostname: `${status}.example.com`, type: "custom", status, ssl_enabled: true, ...over };
}

function channel(over: Partial<Channel> = {}): Channel {
  const standing = { status: "active", own: false, address: "team@example.com", undeliverable: null, returned: null };
  return { id: "chn_1", ...standing, ...over } as Channel;
}

it("is silent while all is well, and while somebody works on it", () => {
  const busy = { kind: "start", generation: 2, execution: "x", step: null, started_at: "2026-01-01T12:00:00Z" };
  const known = {
    deployments: [entity(deployment()), entity(deployment({ status: "failed", work: busy }))],
    nodes: [entity(node())],
    provisions: [entity(provision())],
    invoices: [invoice("draft"), invoice("paid")],
    domains: new Map([["dep_1", [domain("verified"), domain("pending")]]]),
    channels: [channel(), channel({ status: "muted", muted_at: "2026-02-01T00:00:00Z" })],
  };
  expect(concernsOf(known, NOW)).toEqual([]);
});

it("puts failures first, and says what is the matter with each", () => {
  const concerns = concernsOf({
    deployments: [
      entity(deployment({ name: "Ill", health: "unhealthy" })),
      { ...entity(deployment({ name: "Gone", status: "failed", error_message: "No image." })), id: "dep_2" },
    ],
    nodes: [entity(node({ name: "Away", status: "offline", error_message: null }))],
    provisions: [entity(provision({ instance_name: "Ordered", status: "failed", error_message: "No quota." }))],
    invoices: [invoice("pending", "2026-02-01"), invoice("pending", "2026-03-01"), invoice("failed", "2026-03-01")],
    domains: new Map(),
    channels: [],
  }, NOW);
  expect(concerns.map(({ hue, name, matter }) => [hue, name, matter])).toEqual([
    ["fail", "Gone", "No image."],
    ["fail", "Away", "Hoster cannot reach it."],
    ["fail", "Ordered", "No quota."],
    ["fail", "Invoice for January 2026", "$5.00 is overdue."],
    ["warn", "Ill", "Runs, but does not answer as it should."],
    ["warn", "Invoice for January 2026", "$5.00 is to be paid."],
    ["warn", "Invoice for January 2026", "The payment of $5.00 failed."],
  ]);
});

it("tells of names that lead elsewhere, and of certificates that are not to be had", () => {
  const names = [
    domain("failing", { last_check_error: "It points to 192.0.2.1." }),
    domain("unrouted"),
    domain("failed"),
    domain("verified", { ssl_enabled: false, certificate_error: "CAA forbids it." }),
    domain("pending"),
  ];
  const known = { deployments: [entity(deployment())], nodes: [], provisions: [], invoices: [] };
  const concerns = concernsOf({ ...known, domains: new Map([["dep_1", names]]), channels: [] }, NOW);
  expect(concerns.map(({ hue, name, matter, place }) => [hue, name, matter, place])).toEqual([
    ["fail", "unrouted.example.com", "It leads to the app no longer.", { page: "domains", id: "dep_1" }],
    ["fail", "failed.example.com", "It could not be verified.", { page: "domains", id: "dep_1" }],
    [
      "warn",
      "failing.example.com",
      "It does not point here any more, and soon leads nowhere. It points to 192.0.2.1.",
      { page: "domains", id: "dep_1" },
    ],
    ["warn", "verified.example.com", "It has no certificate: CAA forbids it.", { page: "domains", id: "dep_1" }],
  ]);
});

it("tells of addresses that mail does not reach", () => {
  const bounced = { reason: "bounced", at: "2026-02-01T00:00:00Z", detail: "There is no such mailbox." } as const;
  const returned = { count: 3, since: "2026-02-01T00:00:00Z", last_at: "2026-02-03T00:00:00Z", detail: "The mailbox is full." };
  const channels = [channel({ returned }), channel({ own: true, address: null, status: "undeliverable", undeliverable: bounced })];
  const known = { deployments: [], nodes: [], provisions: [], invoices: [], domains: new Map<string, Domain[]>() };
  expect(concernsOf({ ...known, channels }, NOW).map(({ hue, name, matter, place }) => [hue, name, matter, place])).toEqual([
    ["fail", "Your own address", "No mail goes there any more. There is no such mailbox.", { page: "notices" }],
    ["warn", "team@example.com", "3 letters came back. The mailbox is full.", { page: "notices" }],
  ]);
});
