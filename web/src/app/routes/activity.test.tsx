import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";

const EVENT = {
  type: "events",
  id: "evt_1",
  attributes: {
    name: "created",
    resource_type: "nodes",
    resource_id: "node_1",
    actor: "user_1",
    at: "2026-01-01T12:00:00Z",
    message: "Server created",
    details: {},
  },
};

it("asks the API for the events of a kind alone", async () => {
  const asked = serve({
    "GET /api/v1/events": { data: [EVENT], links: { next: null, prev: null }, meta: { limit: 50 } },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/nodes": { data: [] },
  });
  session.begin("a-token");
  visit("/activity?kind=servers");
  expect(await screen.findByText("Server created")).toBeVisible();
  const queries = asked.filter(({ path }) => path === "/api/v1/events").map(({ query }) => new URLSearchParams(query));
  expect(queries.map((query) => query.get("filter[resource_type]"))).toEqual(["nodes,cloud_provisions"]);
});

it("says that nothing of a kind has happened", async () => {
  serve({
    "GET /api/v1/events": { data: [], links: { next: null, prev: null }, meta: { limit: 50 } },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/nodes": { data: [] },
  });
  session.begin("a-token");
  visit("/activity?kind=billing");
  expect(await screen.findByText("Nothing of this kind has happened in the last 90 days.")).toBeVisible();
});
