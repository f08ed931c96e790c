import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import type { DeploymentAttributes } from "@/lib/api/types";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, node, step, template } from "@/testing/records";

const WORK = { kind: "stop", generation: 2, execution: "x", step: null, started_at: "2026-01-01T12:00:00Z" };

beforeEach(() => {
  session.begin("a-token");
});

function platform(shown: () => Partial<DeploymentAttributes>, over: Record<string, object> = {}) {
  return serve({
    "GET /api/v1/deployments/dep_1": () => ({ data: deployment(shown()) }),
    "GET /api/v1/deployments/dep_1/timeline": timelineOf("done"),
    "GET /api/v1/deployments/dep_1/monitoring/events": {
      data: { id: "dep_1", type: "deployment-events", attributes: { events: [] } },
    },
    "GET /api/v1/templates/tmpl_1": { data: template() },
    "GET /api/v1/nodes": { data: [node()] },
    ...over,
  });
}

function timelineOf(state: string, steps = [step({ state: "done" })]) {
  const attributes = { kind: "deploy", generation: 1, execution: "x", state, steps };
  return { data: { type: "timelines", id: "dep_1", attributes } };
}

it("says what runs where, of what, and at what price, and opens it", async () => {
  platform(() => ({}));
  visit("/deployments/dep_1");
  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
  const head = within(screen.getByRole("region", { name: "My blog" }));
  expect(head.getByText("Running")).toBeVisible();
  expect(await head.findByRole("link", { name: "WordPress@6.1.0" })).toBeVisible();
  expect(await head.findByRole("link", { name: "server-one" })).toBeVisible();
  expect(head.getByText("$5.00 / month")).toBeVisible();
  expect(head.getByRole("link", { name: "Open app" })).toHaveAttribute(
    "href",
    "http://my-blog.apps.localhost:9091",
  );
});

it("stops, follows the work and offers to start", async () => {
  let shown: Partial<DeploymentAttributes> = {};
  platform(() => shown, {
    "POST /api/v1/deployments/dep_1/stop": () => {
      shown = { status: "stopping", work: WORK };
      return { data: deployment(shown) };
    },
  });
  visit("/deployments/dep_1");
  await userEvent.click(await screen.findByRole("button", { name: "Stop app" }));
  expect(await screen.findByText("Stopping")).toBeVisible();
  expect(screen.getByRole("button", { name: "Delete app" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Open app" })).toBeDisabled();

  shown = { status: "stopped" };
  expect(await screen.findByRole("button", { name: "Start app" })).toBeEnabled();
});

it("restarts in place, and offers to cancel that while it goes on", async () => {
  let shown: Partial<DeploymentAttributes> = {};
  const calls = platform(() => shown, {
    "POST /api/v1/deployments/dep_1/restart": () => {
      shown = { work: { ...WORK, kind: "restart" } };
      return { data: deployment(shown) };
    },
    "POST /api/v1/deployments/dep_1/cancel": () => {
      shown = {};
      return { data: deployment(shown) };
    },
  });
  visit("/deployments/dep_1");
  await userEvent.click(await screen.findByRole("button", { name: "Restart app" }));
  const cancel = await screen.findByRole("button", { name: "Cancel restart" });
  expect(screen.getByRole("button", { name: "Stop app" })).toBeDisabled();
  await userEvent.click(cancel);

  expect(await screen.findByRole("button", { name: "Restart app" })).toBeEnabled();
  const asked = calls.filter(({ method, path }) => method === "POST" && path.startsWith("/api/v1/deployments/"));
  expect(asked.map(({ path }) => path.split("/").at(-1))).toEqual(["restart", "cancel"]);
});

it("offers no restart of an app that does not run", async () => {
  platform(() => ({ status: "stopped" }));
  visit("/deployments/dep_1");
  expect(await screen.findByRole("button", { name: "Restart app" })).toBeDisabled();
});

it("asks for the name before data is lost, and leaves the page once the app is gone", async () => {
  let isGone = false;
  const calls = platform(() => ({}), {
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/deployments/dep_1": () =>
      isGone ? refusal(404, "not_found", "Gone.") : { data: deployment() },
    "DELETE /api/v1/deployments/dep_1": () => {
      isGone = true;
      return { status: 204, body: null };
    },
  });
  const history = visit("/deployments/dep_1");
  await userEvent.click(await screen.findByRole("button", { name: "Delete app" }));
  const dialog = await screen.findByRole("alertdialog", { name: "Delete My blog" });
  const button = within(dialog).getByRole("button", { name: "Delete and lose its data" });
  expect(button).toBeDisabled();
  await userEvent.type(within(dialog).getByLabelText("Type My blog to confirm"), "My blo");
  expect(button).toBeDisabled();
  await userEvent.type(within(dialog).getByLabelText("Type My blog to confirm"), "g");
  await userEvent.click(button);

  await waitFor(() => expect(history.location.pathname).toBe("/deployments"));
  expect(await screen.findByText("My blog is deleted.")).toBeVisible();
  expect(calls.filter(({ method }) => method === "DELETE")).toHaveLength(1);
});

it("says why a delete was refused, and stays", async () => {
  const detail = "The server does not answer; its containers may still be there.";
  platform(() => ({}), { "DELETE /api/v1/deployments/dep_1": refusal(409, "delete_failed", detail) });
  const history = visit("/deployments/dep_1");
  await userEvent.click(await screen.findByRole("button", { name: "Delete app" }));
  await userEvent.type(await screen.findByLabelText("Type My blog to confirm"), "My blog");
  await userEvent.click(screen.getByRole("button", { name: "Delete and lose its data" }));
  expect(await screen.findByText(new RegExp(detail))).toBeVisible();
  expect(history.location.pathname).toBe("/deployments/dep_1");
});

it("shows a failure with its cause and the two ways on", async () => {
  const cause = "The container of web exited with 1.";
  const failed = step({ name: "StartServices", state: "failed" });
  const shown = { status: "failed", error_code: "container_exited", error_message: `${cause} Its last lines: no password` } as const;
  platform(() => shown, {
    "GET /api/v1/deployments/dep_1/timeline": timelineOf("failed", [failed]),
  });
  visit("/deployments/dep_1");
  const timeline = within(await screen.findByRole("region", { name: "Timeline" }));
  expect(timeline.getByText(cause)).toBeVisible();
  expect(timeline.getByRole("button", { name: "Start again" })).toBeEnabled();
  expect(timeline.getByRole("link", { name: "Change its variables" })).toHaveAttribute(
    "href",
    "/deployments/dep_1/variables",
  );
  expect(within(timeline.getByRole("figure")).getByText("no password")).toBeVisible();
});

it("never shows the value of a secret", async () => {
  platform(() => ({ variables: { DB_PASSWORD: null, TITLE: "Hello" }, secrets: ["DB_PASSWORD"] }));
  visit("/deployments/dep_1/variables");
  expect(await screen.findByText("Hello")).toBeVisible();
  expect(screen.getByText(/not shown again/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Copy DB_PASSWORD" })).not.toBeInTheDocument();
});

it("adds a domain, which waits, and takes it away by its encoded name", async () => {
  const domains = [{ type: "domains", id: "a.localhost", attributes: { hostname: "a.localhost", type: "auto", status: "verified" } }];
  const calls = platform(() => ({}), {
    "GET /api/v1/deployments/dep_1/domains": () => ({ data: domains }),
    "POST /api/v1/deployments/dep_1/domains": () => {
      const made = {
        type: "domains",
        id: "www.example.com",
        attributes: { hostname: "www.example.com", type: "custom", status: "pending" },
      };
      domains.push(made);
      return { status: 201, body: { data: made } };
    },
    "DELETE /api/v1/deployments/dep_1/domains/www.example.com": () => {
      domains.pop();
      return { status: 204, body: null };
    },
  });
  visit("/deployments/dep_1/domains");
  expect(await screen.findByText("Comes with the app")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Add a domain" }));
  await userEvent.type(await screen.findByLabelText("Host name"), "www.example.com");
  await userEvent.click(screen.getByRole("button", { name: "Add domain" }));
  expect(await screen.findByText("Pending")).toBeVisible();
  expect(screen.getByText(/Until then it answers with 403/)).toBeVisible();

  await userEvent.click(screen.getByRole("button", { name: "Remove www.example.com" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove domain" }));
  await waitFor(() => expect(screen.queryByText("www.example.com")).not.toBeInTheDocument());
  expect(calls.filter(({ method }) => method === "DELETE")).toHaveLength(1);
});

it("reads the last lines of what failed where the cause quotes none", async () => {
  const failed = step({ name: "ConfirmRoute", state: "failed", message: "It does not answer." });
  platform(() => ({ status: "failed", error_code: "deadline_passed", error_message: "It does not answer." }), {
    "GET /api/v1/deployments/dep_1/timeline": timelineOf("failed", [failed]),
    "GET /api/v1/deployments/dep_1/monitoring/logs": {
      data: { id: "dep_1", type: "deployment-logs", attributes: { logs: [line("ERROR: port 80 is taken")] } },
    },
  });
  visit("/deployments/dep_1");
  const region = within(await screen.findByRole("region", { name: "Last lines of the log" }));
  expect(await region.findByText("ERROR: port 80 is taken")).toBeVisible();
  expect(screen.getByRole("link", { name: "Read the whole log" })).toBeVisible();
});

it("says what an app cost this month so far", async () => {
  const items = [{ kind: "run", deployment_id: "dep_1", cents: 123 }];
  platform(() => ({}), {
    "POST /api/v1/invoices/preview": { data: { id: "inv_1", type: "invoices", attributes: { items } } },
  });
  visit("/deployments/dep_1");
  expect(await screen.findByText("$1.23 this month so far")).toBeVisible();
});

it("says that its server does not answer, and keeps what was seen last", async () => {
  const container = { id: "c", service_name: "web", image: "wordpress", status: "running", health: "none", restarts: 2, started_at: null, ports: [] };
  platform(() => ({ health: "unreachable", containers: [container] }), {
    "GET /api/v1/deployments/dep_1/monitoring/health": refusal(503, "node_unreachable", "The server does not answer."),
  });
  visit("/deployments/dep_1");
  expect(await screen.findByText(/Its server does not answer/)).toBeVisible();
  expect(screen.getByText("2 restarts")).toBeVisible();
  expect(await screen.findByText("As last seen: the server does not answer")).toBeVisible();
});

it("goes on in the log where it stopped, and shows each line once", async () => {
  const calls = platform(() => ({}), {
    "GET /api/v1/deployments/dep_1/monitoring/logs": ({ query }: { query: string }) => {
      const isFirst = !query.includes("cursor");
      const logs = isFirst ? [line("one")] : query.includes("cursor=a") ? [line("two")] : [];
      const meta = { cursor: isFirst ? "a" : "b", more: false };
      return { data: { id: "dep_1", type: "deployment-logs", attributes: { logs } }, meta };
    },
  });
  visit("/deployments/dep_1/logs");
  await waitFor(
    () => expect(calls.filter(({ query }) => query.includes("cursor=b")).length).toBeGreaterThan(0),
    { timeout: 10_000 },
  );
  expect(screen.getByText("2 lines", { exact: false })).toBeVisible();
  await userEvent.type(screen.getByRole("searchbox", { name: "Search the log" }), "tw");
  expect(await screen.findByText("1 of 2 lines", { exact: false })).toBeVisible();
});

function line(message: string): object {
  return { container: "web", stream: "stdout", timestamp: "2026-01-01T12:00:00.000000001Z", message };
}
