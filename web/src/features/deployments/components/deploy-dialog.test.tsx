import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve, type Asked } from "@/testing/api";
import { visit } from "@/testing/app";
import { account, deployment, node, template } from "@/testing/records";

const SECRET = { name: "DB_PASSWORD", label: "Database password", type: "secret", generator: "password", required: true };
const EMAIL = { name: "EMAIL", label: "Your address", type: "string", required: true };
const starting = {
  status: "starting" as const,
  work: { kind: "deploy", generation: 1, execution: "x", step: null, started_at: "2026-01-01T12:00:00Z" },
};

beforeEach(() => {
  session.begin("a-token");
});

function platform(over: Record<string, object> = {}, variables: object[] = [SECRET]): Asked[] {
  const shown = template({ variables: variables as never });
  return serve({
    "GET /api/v1/templates/tmpl_1": { data: shown },
    "GET /api/v1/nodes": { data: [node()] },
    "GET /api/v1/deployments": { data: [] },
    "GET /api/v1/account": { data: account({}) },
    "POST /api/v1/deployments": { status: 201, body: { data: deployment({ status: "pending" }) } },
    "POST /api/v1/deployments/dep_1/start": { data: deployment(starting) },
    "GET /api/v1/deployments/dep_1": { data: deployment(starting) },
    ...over,
  });
}

async function openDialog(): Promise<HTMLElement> {
  await userEvent.click(await screen.findByRole("button", { name: "Deploy" }));
  return screen.findByRole("dialog", { name: "Deploy WordPress" });
}

function sent(calls: Asked[], method: string, path: string): Asked[] {
  return calls.filter((call) => call.method === method && call.path === path);
}

it("deploys with two clicks: a secret is made, the server chosen, the app started and shown", async () => {
  const calls = platform();
  const history = visit("/templates/tmpl_1");

  const dialog = await openDialog();
  const secret = (await within(dialog).findByLabelText<HTMLInputElement>("Database password")).value;
  expect(secret).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(within(dialog).getByRole("button", { name: "Copy Database password" })).toBeEnabled();
  expect(within(dialog).getByText("$5.00 / month")).toBeVisible();
  await userEvent.click(within(dialog).getByRole("button", { name: "Deploy WordPress" }));

  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/deployments/dep_1");
  const [made] = sent(calls, "POST", "/api/v1/deployments");
  expect(made?.body).toEqual({
    data: {
      type: "deployments",
      attributes: {
        name: "WordPress",
        template_id: "tmpl_1",
        allow_public_nodes: false,
        variables: { DB_PASSWORD: secret },
      },
    },
  });
  expect(made?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f-]{36}$/);
  expect(sent(calls, "POST", "/api/v1/deployments/dep_1/start")).toHaveLength(1);
});

it("makes another secret when asked", async () => {
  platform();
  visit("/templates/tmpl_1?deploy=true");
  const field = await screen.findByLabelText<HTMLInputElement>("Database password");
  const first = field.value;
  await userEvent.click(screen.getByRole("button", { name: "Generate another Database password" }));
  expect(field.value).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(field.value).not.toBe(first);
});

it("sends nothing while a required variable is empty, and says which", async () => {
  const calls = platform({}, [EMAIL]);
  visit("/templates/tmpl_1?deploy=true");
  const field = await screen.findByLabelText("Your address");
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));

  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("Your address needs a value.");
  expect(sent(calls, "POST", "/api/v1/deployments")).toHaveLength(0);

  await userEvent.type(field, "me@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
});

it("shows the API's refusal at the variable that it is about", async () => {
  platform({
    "POST /api/v1/deployments": refusal(
      422,
      "invalid",
      "Database password does not match ^x.",
      "/data/attributes/variables/DB_PASSWORD",
    ),
  });
  visit("/templates/tmpl_1?deploy=true");
  const field = await screen.findByLabelText("Database password");
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByText("Database password does not match ^x.")).toBeVisible();
  expect(field).toBeInvalid();
});

it("tells before the button what the plan does not allow", async () => {
  const calls = platform({ "GET /api/v1/account": { data: account({ deployments: [1, 1] }) } });
  visit("/templates/tmpl_1?deploy=true");
  expect(await screen.findByText(/Your plan “free” allows 1 app. You have 1 app./)).toBeVisible();
  expect(screen.getByRole("button", { name: "Deploy WordPress" })).toBeDisabled();
  expect(sent(calls, "POST", "/api/v1/deployments")).toHaveLength(0);
});

it("deploys although the account cannot be read: the API checks it too", async () => {
  platform({ "GET /api/v1/account": refusal(403, "plan_unknown", "The plan is not known.") });
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.click(await screen.findByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
});

it("sends the server that was chosen, and somebody else's only with leave", async () => {
  const theirs = node({ name: "their-server", ssh_host: null }, "node_9");
  const calls = platform({
    "GET /api/v1/nodes": ({ query }: Asked) => ({ data: query.includes("mine") ? [node()] : [node(), theirs] }),
  });
  visit("/templates/tmpl_1?deploy=true");
  const dialog = within(await screen.findByRole("dialog", { name: "Deploy WordPress" }));
  expect(await dialog.findByRole("radio", { name: /^Automatic/ })).toBeChecked();
  expect(dialog.queryByRole("radio", { name: /their-server/ })).not.toBeInTheDocument();

  await userEvent.click(dialog.getByRole("switch", { name: "Allow public servers of others" }));
  await userEvent.click(await dialog.findByRole("radio", { name: /their-server/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Deploy WordPress" }));

  expect(await screen.findByRole("heading", { name: "My blog" })).toBeInTheDocument();
  const attributes = { node_id: "node_9", allow_public_nodes: true };
  expect(sent(calls, "POST", "/api/v1/deployments")[0]?.body).toMatchObject({ data: { attributes } });
});

it("adds a domain before the start, and tells one that was refused without losing the app", async () => {
  const calls = platform({
    "POST /api/v1/deployments/dep_1/domains": refusal(409, "no_route", "The app has no port."),
  });
  visit("/templates/tmpl_1?deploy=true");
  const field = await screen.findByLabelText("Domain");
  await userEvent.type(field, "https://www.example.com");
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(field).toBeInvalid();

  await userEvent.clear(field);
  await userEvent.type(field, "www.example.com");
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByText("www.example.com was not added. The app has no port.")).toBeVisible();
  const posts = calls
    .filter(({ method, path }) => method === "POST" && path.startsWith("/api/v1/deployments"))
    .map(({ path }) => path);
  expect(posts).toEqual([
    "/api/v1/deployments",
    "/api/v1/deployments/dep_1/domains",
    "/api/v1/deployments/dep_1/start",
  ]);
});

it("folds away what has a default where there are many settings, and opens it for a fault", async () => {
  const many = Array.from({ length: 6 }, (_, index) => ({ name: `OPTION_${index}`, type: "integer", default: index }));
  platform({}, [SECRET, ...many]);
  visit("/templates/tmpl_1?deploy=true");
  expect(await screen.findByLabelText("Database password")).toBeVisible();
  await userEvent.click(screen.getByText("6 more settings, all with a default"));
  const field = screen.getByLabelText("OPTION_3");
  await userEvent.clear(field);
  await userEvent.type(field, "three");
  await userEvent.click(screen.getByText("6 more settings, all with a default"));
  await userEvent.click(screen.getByRole("button", { name: "Deploy WordPress" }));
  expect(field).toHaveAccessibleDescription("OPTION_3 must be a whole number.");
  expect(field.closest("details")).toHaveAttribute("open");
});

it("tells what it costs until the month ends", async () => {
  platform();
  visit("/templates/tmpl_1?deploy=true");
  expect(await screen.findByText(/^\$\d\.\d\d until the end of [A-Z][a-z]+, if it runs for/)).toBeVisible();
});

it("tells a limit of the plan above the button, and keeps the dialog", async () => {
  const detail = "Your plan allows deployments of 1; this would need 2.";
  platform({ "POST /api/v1/deployments": refusal(403, "plan_limit_exceeded", detail) });
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.click(await screen.findByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByText(detail)).toBeVisible();
  expect(screen.getByRole("button", { name: "Deploy WordPress" })).toBeEnabled();
});

it("leads to a server where there is none", async () => {
  platform({ "GET /api/v1/nodes": { data: [node({ status: "offline" })] } });
  visit("/templates/tmpl_1?deploy=true");
  const dialog = await screen.findByRole("dialog", { name: "Deploy WordPress" });
  expect(await within(dialog).findByRole("link", { name: "Get a server" })).toHaveAttribute(
    "href",
    "/nodes?create=true",
  );
  expect(within(dialog).getByRole("button", { name: "Deploy WordPress" })).toBeDisabled();
});

it("refuses a server that is too full before anything is sent", async () => {
  platform({
    "GET /api/v1/deployments": { data: [deployment({ resources_memory_mb: 1_800 })] },
  });
  visit("/templates/tmpl_1?deploy=true");
  const dialog = await screen.findByRole("dialog", { name: "Deploy WordPress" });
  expect(await within(dialog).findByRole("radio", { name: /Too full: 248 MB of memory free/ })).toBeDisabled();
  expect(within(dialog).getByRole("button", { name: "Deploy WordPress" })).toBeDisabled();
});

it("shows an app that was made and did not start, with the reason", async () => {
  const detail = "None of your servers is online with enough room. Add a server.";
  platform({
    "POST /api/v1/deployments/dep_1/start": refusal(409, "no_node", detail),
    "GET /api/v1/deployments/dep_1": { data: deployment({ status: "pending" }) },
  });
  visit("/templates/tmpl_1?deploy=true");
  await userEvent.click(await screen.findByRole("button", { name: "Deploy WordPress" }));
  expect(await screen.findByText(new RegExp(detail))).toBeVisible();
  expect(await screen.findByRole("button", { name: "Start app" })).toBeEnabled();
});
