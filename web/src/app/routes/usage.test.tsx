/** What was used, narrowed to an app, a kind and a month. */

import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve, type Asked } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment } from "@/testing/records";

function event(id: string, over: object = {}) {
  const attributes = { event_type: "deployment.started", resource_id: "dep_1", quantity: 1, at: "2026-11-03T10:00:00Z", status: "delivered" };
  return { type: "usage_events", id, attributes: { ...attributes, ...over } };
}

function platform(usage: (asked: Asked) => object) {
  const calls = serve({
    "GET /api/v1/deployments": ({ query }) => (query.includes("deleted") ? { data: [] } : { data: [deployment()] }),
    "GET /api/v1/usage_events": usage,
  });
  return () => calls.filter(({ path }) => path.endsWith("/usage_events")).map(({ query }) => new URLSearchParams(query));
}

beforeEach(() => session.begin("token"));

it("asks for an app, a kind and a month, and keeps them in the address", async () => {
  const asked = platform(() => ({ data: [event("evt_1"), event("evt_2", { event_type: "bandwidth.gb", quantity: 0.25 })] }));
  const history = visit("/usage?month=2026-10");
  expect(await screen.findByText("0.25 GB of traffic")).toBeVisible();
  expect(asked()[0]?.get("since")).toBe("2026-10-01T00:00:00.000Z");
  expect(asked()[0]?.get("until")).toBe("2026-11-01T00:00:00.000Z");

  await userEvent.selectOptions(await screen.findByLabelText("App"), "My blog");
  await userEvent.selectOptions(screen.getByLabelText("Kind"), "Traffic");
  await waitFor(() => expect(asked().at(-1)?.get("filter[event_type]")).toBe("bandwidth.gb"));
  expect(asked().at(-1)?.get("filter[resource_id]")).toBe("dep_1");
  expect(history.location.search).toContain("kind=traffic");
});

it("goes on through pages that hold nothing of what was chosen", async () => {
  const asked = platform(({ query }) =>
    query.includes("after")
      ? { data: [event("evt_1")], links: { next: null } }
      : { data: [], links: { next: "/api/v1/usage_events?page[after]=c" } },
  );
  visit("/usage?app=dep_1");
  expect(await screen.findByText("App started")).toBeVisible();
  expect(asked()).toHaveLength(2);
});

it("says of a choice that nothing of it was used", async () => {
  platform(() => ({ data: [] }));
  visit("/usage?kind=deleted");
  expect(await screen.findByText("Nothing of this was used.")).toBeVisible();
});
