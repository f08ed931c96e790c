import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import type { DeploymentAttributes } from "@/lib/api/types";
import { refusal, serve, type Asked } from "@/testing/api";
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

const VERSION = "/api/v1/templates/tmpl_1/versions/6.1.0";

function version(number: string, over: object = {}) {
  const attributes = { template_id: "tmpl_1", version: number, released: true, created_at: "2026-01-01T12:00:00Z" };
  return { type: "template_versions", id: `tmpl_1:${number}`, attributes: { ...attributes, ...over } };
}

const WITH_VARIABLES = {
  [`GET ${VERSION}`]: {
    data: version("6.1.0", {
      compose_spec: "services: {}\n",
      variables: [
        { name: "TITLE", label: "Title", default: "Hello" },
        { name: "DB_PASSWORD", label: "Password", type: "secret", generator: "password", required: true },
      ],
    }),
  },
};
const VALUES = { variables: { DB_PASSWORD: null, TITLE: "My blog" }, secrets: ["DB_PASSWORD"] };

it("never shows the value of a secret", async () => {
  platform(() => VALUES, WITH_VARIABLES);
  visit("/deployments/dep_1/variables");
  const field = await screen.findByLabelText("Password");
  expect(field).toHaveValue("");
  expect(field).toHaveAttribute("readonly");
  expect(screen.queryByRole("button", { name: "Copy Password" })).not.toBeInTheDocument();
});

it("tells what would change, and sends that alone", async () => {
  const calls = platform(() => VALUES, {
    ...WITH_VARIABLES,
    "POST /api/v1/deployments/dep_1/redeploy": { data: deployment({ ...VALUES, work: { ...WORK, kind: "redeploy" } }) },
  });
  visit("/deployments/dep_1/variables");
  const title = await screen.findByLabelText("Title");
  const send = screen.getByRole("button", { name: "Change and redeploy" });
  expect(send).toBeDisabled();
  await userEvent.clear(title);
  await userEvent.type(title, "Our blog");
  await userEvent.click(screen.getByRole("button", { name: "Replace Password" }));
  expect(screen.getByText("Our blog", { exact: false, selector: "p" })).toHaveTextContent("from My blog → to Our blog");
  const secret = screen.getByLabelText<HTMLInputElement>("Password").value;
  await userEvent.click(send);

  expect(await screen.findByText("My blog is being changed; it runs meanwhile.")).toBeVisible();
  const sent = calls.find(({ path }) => path.endsWith("/redeploy"));
  expect(sent?.body).toEqual({
    data: { type: "deployments", attributes: { variables: { TITLE: "Our blog", DB_PASSWORD: secret } } },
  });
});

it("takes a pasted .env file, and says what it cannot use", async () => {
  platform(() => VALUES, WITH_VARIABLES);
  visit("/deployments/dep_1/variables");
  await userEvent.click(await screen.findByRole("button", { name: "Paste a .env file" }));
  await userEvent.type(await screen.findByLabelText("Variables"), "TITLE=Pasted{enter}OTHER=1{enter}nothing");
  expect(screen.getByText(/they are left out: OTHER/)).toBeVisible();
  expect(screen.getByText(/Line 3 cannot be read/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Take 1 value" }));
  expect(await screen.findByLabelText("Title")).toHaveValue("Pasted");
});

it("shows a refusal at its variable, and keeps what was typed", async () => {
  platform(() => VALUES, {
    ...WITH_VARIABLES,
    "POST /api/v1/deployments/dep_1/redeploy": refusal(422, "invalid", "Too short.", "/data/attributes/variables/TITLE"),
  });
  visit("/deployments/dep_1/variables");
  const title = await screen.findByLabelText("Title");
  await userEvent.type(title, "!");
  await userEvent.click(screen.getByRole("button", { name: "Change and redeploy" }));
  expect(await screen.findByText("Too short.")).toBeVisible();
  expect(title).toHaveValue("My blog!");
});

it("offers a later version, and no more once it has that", async () => {
  platform(() => ({ newest_version: "6.2.0" }));
  visit("/deployments/dep_1");
  const head = within(await screen.findByRole("region", { name: "My blog" }));
  const offer = await head.findByRole("link", { name: "6.2.0 is out" });
  expect(offer).toHaveAttribute("href", "/deployments/dep_1/versions");
});

it("offers nothing to an app that has the newest version", async () => {
  platform(() => ({ newest_version: "6.1.0" }));
  visit("/deployments/dep_1");
  const head = within(await screen.findByRole("region", { name: "My blog" }));
  expect(await head.findByRole("link", { name: "WordPress@6.1.0" })).toBeVisible();
  expect(head.queryByRole("link", { name: /is out/ })).not.toBeInTheDocument();
});

const BACK = {
  changes: [{ kind: "image", name: "db", before: "mysql:8.4", after: "mysql:8.0" }],
  asked: [],
  risks: [{ code: "database_back", service: "db", message: "MySQL goes back." }],
  is_planned: true,
};

it("rolls back to the version of before, after it has shown what that changes", async () => {
  const told = { id: "e1", type: "redeployed", container: null, message: "Changed to version 6.1.0", timestamp: "2026-01-02T12:00:00Z", actor: "user_1", duration_seconds: 9, details: { version: "6.1.0", previous: "6.0.0" } };
  const calls = platform(() => ({}), {
    "GET /api/v1/templates/tmpl_1/versions": { data: [version("6.1.0"), version("6.0.0")] },
    [`GET ${VERSION}`]: { data: version("6.1.0", { compose_spec: "image: wordpress:6.1\n", resources_memory_mb: 768 }) },
    "GET /api/v1/templates/tmpl_1/versions/6.0.0": ({ query }: Asked) => ({
      data: version("6.0.0", { compose_spec: "image: wordpress:6.0\n", resources_cpu_cores: 1, resources_memory_mb: 512 }),
      ...(query === "compare=6.1.0" && { meta: { difference: BACK } }),
    }),
    "GET /api/v1/deployments/dep_1/monitoring/events": {
      data: { id: "dep_1", type: "deployment-events", attributes: { events: [told] } },
    },
    "POST /api/v1/deployments/dep_1/redeploy": { data: deployment({ work: { ...WORK, kind: "redeploy" } }) },
  });
  visit("/deployments/dep_1/versions");
  const [first] = await screen.findAllByRole("button", { name: "Roll back to 6.0.0" });
  if (first) await userEvent.click(first);
  const dialog = within(await screen.findByRole("dialog", { name: "My blog: 6.1.0 to 6.0.0" }));
  expect(await dialog.findByText("Memory: 768 MB to 512 MB.")).toBeVisible();
  expect(dialog.getByText("image: wordpress:6.0", { exact: false })).toBeVisible();
  expect(dialog.getByText("Image of db")).toBeVisible();
  expect(dialog.getByText("mysql:8.4 → mysql:8.0")).toBeVisible();
  expect(dialog.getByRole("note")).toHaveTextContent("db: MySQL goes back.");
  await userEvent.click(dialog.getByRole("button", { name: "Deploy 6.0.0" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  const attributes = { version: "6.0.0", variables: {} };
  expect(calls.find(({ path }) => path.endsWith("/redeploy"))?.body).toEqual({
    data: { type: "deployments", attributes },
  });
});

it("renames, and takes that back", async () => {
  let name = "My blog";
  const calls = platform(() => ({ name }), {
    "PATCH /api/v1/deployments/dep_1": ({ body }: Asked) => {
      name = (body as { data: { attributes: { name: string } } }).data.attributes.name;
      return { data: deployment({ name }) };
    },
  });
  visit("/deployments/dep_1/settings");
  const field = await screen.findByLabelText("Name");
  await userEvent.clear(field);
  await userEvent.type(field, "Our blog");
  await userEvent.click(screen.getByRole("button", { name: "Rename" }));
  expect(await screen.findByRole("heading", { name: "Our blog" })).toBeInTheDocument();
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
  expect(calls.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});

it("keeps the volumes when asked, and needs no name typed then", async () => {
  const calls = platform(() => ({}), { "DELETE /api/v1/deployments/dep_1": { status: 202, body: { data: deployment() } } });
  visit("/deployments/dep_1/settings");
  const [first] = await screen.findAllByRole("button", { name: "Delete app" });
  if (first) await userEvent.click(first);
  await userEvent.click(await screen.findByRole("switch", { name: "Keep its volumes on the server" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete and keep its volumes" }));
  await waitFor(() => expect(calls.find(({ method }) => method === "DELETE")?.query).toBe("keep_volumes=true"));
});

it("tells of each record what was found, looks again when asked, and turns HTTPS alone on", async () => {
  const records = [
    { type: "TXT", name: "_hoster-challenge.www.example.com", expected: ["t"], found: [], server: "ns1.example.com", ttl: 300, verdict: "missing", advice: "Make a TXT record." },
    { type: "CNAME", name: "www.example.com", expected: ["a.localhost"], found: ["a.localhost"], server: "ns1.example.com", ttl: 60, verdict: "ok", advice: null },
  ];
  const instructions = records.map(({ type, name, expected }) => ({ type, name, value: expected[0], priority: "required" }));
  let over: object = { status: "pending", ssl_enabled: false };
  const shown = () => ({
    type: "domains",
    id: "www.example.com",
    attributes: { hostname: "www.example.com", type: "custom", records, instructions, hsts: false, ...over },
  });
  const certificate = { issuer: "CN=R1,O=An Authority", not_before: "2026-01-01T00:00:00Z", not_after: "2026-04-01T00:00:00Z", fingerprint: "ab" };
  platform(() => ({}), {
    "GET /api/v1/deployments/dep_1/domains": () => ({ data: [shown()] }),
    "POST /api/v1/deployments/dep_1/domains/www.example.com/verify": () => {
      over = { status: "verified", ssl_enabled: true, certificate };
      return { data: shown() };
    },
    "PATCH /api/v1/deployments/dep_1/domains/www.example.com": ({ body }: Asked) => {
      over = { ...over, ...(body as { data: { attributes: object } }).data.attributes };
      return { data: shown() };
    },
  });
  visit("/deployments/dep_1/domains");
  const table = within(await screen.findByRole("region", { name: "DNS records of www.example.com" }));
  expect(table.getByText("Not found")).toBeVisible();
  expect(table.getByText("at ns1.example.com, others may keep it for 5 min 0 s")).toBeVisible();
  expect(table.getByText("Make a TXT record.")).toBeVisible();
  expect(table.getByText("Found")).toBeVisible();

  await userEvent.click(screen.getByRole("button", { name: "Verify now: www.example.com" }));
  expect(await screen.findByText(/Encrypted with a certificate of An Authority/)).toBeVisible();
  await userEvent.click(screen.getByRole("switch", { name: "HTTPS alone" }));
  await waitFor(() => expect(screen.getByRole("switch", { name: "HTTPS alone" })).toBeChecked());
  expect(over).toMatchObject({ hsts: true });
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
