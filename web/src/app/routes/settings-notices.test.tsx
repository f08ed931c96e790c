import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";

const EVENTS = ["app_down", "deploy_failed", "payment", "node_offline", "domain_failing", "certificate_failed", "backup_failed"];
const ME = { id: "user_1", email: "ann@example.com", name: null, plan_id: "free", created_at: "2026-11-01T00:00:00Z" };

function channel(id: string, changes: object = {}) {
  const attributes = {
    kind: "email",
    address: null,
    own: false,
    url: null,
    events: EVENTS,
    deployment_id: null,
    enabled: true,
    failing_since: null,
    last_delivery: null,
    previous_secret_until: null,
    muted_at: null,
    undeliverable: null,
    returned: null,
    secret: null,
    status: "active",
    customer_id: "user_1",
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    ...changes,
  };
  return { type: "notice_channels", id, attributes };
}

const OWN = channel("chn_own", { own: true });
const HOOK = channel("chn_hook", { kind: "webhook", url: "https://hooks.example.com/in" });

function open(replies: Parameters<typeof serve>[0] = {}) {
  const calls = serve({
    "GET /mod/auth/me": { user: ME },
    "GET /api/v1/notice_channels": { data: [OWN, HOOK], links: {}, meta: { limit: 20 } },
    ...replies,
  });
  session.begin("a-token");
  visit("/settings/notices");
  return calls;
}

it("shows one's own address, and switches it off", async () => {
  const calls = open({ "PATCH /api/v1/notice_channels/chn_own": { data: OWN } });
  const own = await screen.findByRole("switch", { name: "Notices to Your own address" });
  await userEvent.click(own);
  await waitFor(() =>
    expect(calls.find(({ method }) => method === "PATCH")?.body).toMatchObject({
      data: { attributes: { enabled: false } },
    }),
  );
});

it("adds a webhook and shows its secret once", async () => {
  const made = channel("chn_new", { kind: "webhook", url: "https://a.example.com/", secret: "whsec_abc" });
  const calls = open({ "POST /api/v1/notice_channels": { status: 201, body: { data: made } } });
  await userEvent.click(await screen.findByRole("button", { name: "Add a channel" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.selectOptions(dialog.getByLabelText("Kind"), "webhook");
  await userEvent.type(dialog.getByLabelText(/^URL/), "https://a.example.com/");
  await userEvent.click(dialog.getByLabelText("A payment is due or failed"));
  await userEvent.click(dialog.getByRole("button", { name: "Add channel" }));
  expect(await dialog.findByDisplayValue("whsec_abc")).toBeVisible();
  expect(calls.find(({ method }) => method === "POST")?.body).toMatchObject({
    data: {
      attributes: { kind: "webhook", url: "https://a.example.com/", events: EVENTS.filter((one) => one !== "payment") },
    },
  });
});

it("shows what a test met, and sends it again", async () => {
  const delivery = {
    type: "notice_deliveries",
    id: "ntc_1",
    attributes: {
      type: "test",
      subject: "Test notice",
      status: "failed",
      attempts: [{ at: "2026-11-01T00:00:00Z", seconds: 0.1, response_status: 500, detail: "no" }],
      attempt_count: 1,
      next_attempt_at: null,
      created_at: "2026-11-01T00:00:00Z",
    },
  };
  const calls = open({
    "POST /api/v1/notice_channels/chn_hook/test": { status: 202, body: { data: delivery } },
    "GET /api/v1/notice_channels/chn_hook/deliveries": { data: [delivery], links: {}, meta: { limit: 20 } },
    "POST /api/v1/notice_channels/chn_hook/deliveries/ntc_1/replay": { status: 202, body: { data: delivery } },
  });
  const row = within((await screen.findByText("https://hooks.example.com/in")).closest("li") as HTMLElement);
  await userEvent.click(row.getByRole("button", { name: "Send a test" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText(/answered 500/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Send again" }));
  await waitFor(() => expect(calls.some(({ path }) => path.endsWith("/replay"))).toBe(true));
});

it("confirms an address by what stands behind the #", async () => {
  const calls = serve({
    "POST /api/v1/notice_confirmations": {
      data: { type: "notice_confirmations", id: "chn_1", attributes: { address: "team@example.com" } },
    },
  });
  window.history.replaceState(null, "", "/confirm-address#chn_1.token");
  visit("/confirm-address");
  await userEvent.click(await screen.findByRole("button", { name: "Confirm this address" }));
  expect(await screen.findByText("Notices go to team@example.com from now on.")).toBeVisible();
  expect(calls[0]?.body).toMatchObject({ data: { attributes: { token: "chn_1.token" } } });
});

function openWith(channels: object[], replies: Parameters<typeof serve>[0] = {}) {
  return open({ "GET /api/v1/notice_channels": { data: channels, links: {}, meta: { limit: 20 } }, ...replies });
}

async function rowOf(name: string) {
  return within((await screen.findByText(name)).closest("li") as HTMLElement);
}

it("says that a reader had notices stopped, and asks them instead of switching on", async () => {
  const muted = channel("chn_1", { address: "team@example.com", status: "muted", muted_at: "2026-11-02T00:00:00Z" });
  const calls = openWith([OWN, muted], { "POST /api/v1/notice_channels/chn_1/confirmation": { data: muted } });
  const row = await rowOf("team@example.com");
  expect(row.getByText("Stopped by its reader")).toBeVisible();
  expect(row.queryByRole("switch")).toBeNull();
  expect(row.queryByRole("button", { name: "Send a test" })).toBeNull();
  await userEvent.click(row.getByRole("button", { name: "Ask its reader" }));
  await waitFor(() => expect(calls.some(({ path }) => path.endsWith("/chn_1/confirmation"))).toBe(true));
});

it("says why no mail goes to an address, and has it confirmed anew", async () => {
  const undeliverable = { reason: "bounced", at: "2026-11-02T00:00:00Z", detail: "There is no such mailbox." };
  openWith([channel("chn_own", { own: true, status: "undeliverable", undeliverable })]);
  const row = await rowOf("Your own address");
  expect(row.getByText("No mail goes there")).toBeVisible();
  expect(row.getByText(/There is no such mailbox\./)).toBeVisible();
  expect(row.getByRole("button", { name: "Send me a link" })).toBeVisible();
  expect(row.queryByRole("switch")).toBeNull();
});

it("asks nobody who reported a letter as spam", async () => {
  const undeliverable = { reason: "complained", at: "2026-11-02T00:00:00Z", detail: "Its reader reported a letter as spam." };
  openWith([OWN, channel("chn_1", { address: "team@example.com", status: "undeliverable", undeliverable })]);
  const row = await rowOf("team@example.com");
  expect(row.getByText(/Only its reader can have notices come again/)).toBeVisible();
  expect(row.getAllByRole("button")).toHaveLength(1);
});

it("counts letters that came back, while others go there", async () => {
  const returned = { count: 3, since: "2026-11-01T00:00:00Z", last_at: "2026-11-02T00:00:00Z", detail: "The mailbox is full." };
  openWith([OWN, channel("chn_1", { address: "team@example.com", returned })]);
  const row = await rowOf("team@example.com");
  expect(row.getByText("3 letters came back")).toBeVisible();
  expect(row.getByRole("switch")).toBeVisible();
});

it("stops notices for whoever reads them, without a session, and not by itself", async () => {
  const attributes = { address: "team@example.com", own: false, muted_at: "2026-11-02T00:00:00Z" };
  const calls = serve({
    "POST /api/v1/notice_unsubscriptions/chn_1.abc": { data: { type: "notice_unsubscriptions", id: "chn_1", attributes } },
    "POST /api/v1/notice_confirmations": {
      data: { type: "notice_confirmations", id: "chn_1", attributes: { address: "team@example.com" } },
    },
  });
  window.history.replaceState(null, "", "/unsubscribe#chn_1.abc");
  visit("/unsubscribe");
  const stop = await screen.findByRole("button", { name: "Stop these notices" });
  expect(calls).toHaveLength(0);
  await userEvent.click(stop);
  expect(await screen.findByText(/No more notices go to team@example\.com\./)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Have them come again" }));
  expect(await screen.findByText("Notices go to team@example.com from now on.")).toBeVisible();
  expect(calls.map(({ path }) => path)).toEqual([
    "/api/v1/notice_unsubscriptions/chn_1.abc",
    "/api/v1/notice_confirmations",
  ]);
});

it("says what is wrong with a link that is known no more", async () => {
  serve({});
  window.history.replaceState(null, "", "/unsubscribe#chn_1.old");
  visit("/unsubscribe");
  await userEvent.click(await screen.findByRole("button", { name: "Stop these notices" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Nothing is there.");
});

it.each(["/unsubscribe", "/confirm-address"])("says what to do on %s with a link that was cut off", async (path) => {
  serve({});
  window.history.replaceState(null, "", path);
  visit(path);
  expect(await screen.findByRole("alert")).toHaveTextContent("Open the one in the letter again.");
});

it("says that nothing goes to an address that nobody confirmed", async () => {
  const asked = channel("chn_team", { address: "team@example.com", status: "unconfirmed" });
  open({ "GET /api/v1/notice_channels": { data: [OWN, asked], links: {}, meta: { limit: 20 } } });
  expect(await screen.findByText(/Nothing goes there until its reader opens the link/)).toBeVisible();
  expect(screen.getByText("Not confirmed yet")).toBeVisible();
});
