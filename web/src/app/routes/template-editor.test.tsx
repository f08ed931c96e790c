import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { CodeEditorProps } from "@/components/ui/code-editor";
import { session } from "@/lib/auth/session";
import { refusal, serve, type Asked } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

// The editor measures lines, which jsdom has not: a plain field stands in for it.
vi.mock("@/components/ui/code-editor", () => ({
  CodeEditor: ({ label, value, onChange, marks = [], isInvalid }: CodeEditorProps) => (
    <textarea
      aria-label={label}
      aria-invalid={isInvalid}
      data-marks={marks.map(({ line }) => line).join(" ")}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  ),
}));

const ME = { user: { id: "user_1", email: "me@example.com", name: null, plan_id: "free" } };
const DRAFT = template({ creator_id: "user_1", published: false, version: "1.0.0", compose_spec: "services: {web: {image: a}}" });

function version(released: boolean) {
  return { type: "template_versions", id: "tmpl_1@1.0.0", attributes: { version: "1.0.0", released, template_id: "tmpl_1" } };
}

const RENAMED = {
  changes: [{ kind: "volume", name: "fresh", before: null, after: "fresh" }],
  asked: [],
  risks: [{ code: "volume_renamed", service: "db", message: "It begins empty." }],
  is_planned: true,
};

/** A creator's calls: the check of the form answers as told, and what is saved is kept. */
function creator(checked: (asked: Asked) => object, { released = false } = {}) {
  return serve({
    "GET /mod/auth/me": ME,
    "GET /api/v1/templates": { data: [] },
    "GET /api/v1/templates/tmpl_1": { data: DRAFT },
    "GET /api/v1/templates/tmpl_1/versions": { data: [version(released)] },
    "POST /api/v1/templates": (asked) =>
      asked.query === "dry_run=true" ? checked(asked) : { status: 201, body: { data: DRAFT } },
    "PATCH /api/v1/templates/tmpl_1": { data: DRAFT },
    "POST /api/v1/templates/tmpl_1/versions": ({ query }) =>
      query === "dry_run=true"
        ? { data: version(true), meta: { difference: RENAMED } }
        : { status: 201, body: { data: version(true) } },
  });
}

function writes(calls: Asked[]): Asked[] {
  return calls.filter(({ method, query }) => method !== "GET" && query === "");
}

function attributes(asked: Asked | undefined): Record<string, unknown> {
  return (asked?.body as { data: { attributes: Record<string, unknown> } }).data.attributes;
}

beforeEach(() => session.begin("token"));

it("tells each fault at its line while one types, and keeps quiet about what nobody filled in yet", async () => {
  const faults = [
    { status: "422", code: "x", detail: "version: It is odd.", source: { pointer: "/data/attributes/version" } },
    {
      ...{ status: "422", code: "privileged", detail: "line 4: No container is privileged." },
      ...{ source: { pointer: "/data/attributes/compose_spec" }, meta: { line: 4 } },
    },
  ];
  creator(() => ({ status: 422, body: { errors: faults } }));
  visit("/templates/new");

  const list = await screen.findByRole("region", { name: "What stands in its way" });
  expect(within(list).getByText("No container is privileged.")).toBeVisible();
  expect(within(list).getByRole("button", { name: "Line 4" })).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Compose text" })).toHaveAttribute("data-marks", "4");
  expect(screen.queryByText("It is odd.")).not.toBeInTheDocument();
  expect(screen.queryByText("A name has at least 3 characters.")).not.toBeInTheDocument();
  await userEvent.type(screen.getByRole("textbox", { name: "Template name" }), "ab");
  await userEvent.tab();
  await userEvent.tab();
  expect(await screen.findByText("It is odd.")).toBeVisible();
  expect(screen.getByText("A name has at least 3 characters.")).toBeVisible();
});

it("makes a draft of what is filled in, and goes on to its test", async () => {
  const calls = creator(() => ({ data: DRAFT }));
  const history = visit("/templates/new");

  await userEvent.type(await screen.findByRole("textbox", { name: "Template name" }), "Blog");
  await userEvent.clear(screen.getByRole("textbox", { name: "Monthly price (USD)" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Monthly price (USD)" }), "4.50");
  await userEvent.click(screen.getByRole("button", { name: "Save and test" }));

  await waitFor(() => expect(history.location.href).toBe("/templates/tmpl_1?deploy=true"));
  expect(attributes(writes(calls)[0])).toMatchObject({ name: "Blog", version: "1.0.0", price_monthly_cents: 450 });
});

it("finds names without a variable, and previews the form that they make", async () => {
  creator(() => ({ data: DRAFT }));
  visit("/templates/new");
  const preview = within(await screen.findByRole("complementary", { name: "Preview" }));
  expect(await preview.findByRole("textbox", { name: "Greeting" })).toHaveValue("Hello");

  await userEvent.click(screen.getByRole("button", { name: "Remove GREETING" }));
  expect(preview.queryByRole("textbox")).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Add GREETING" }));
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Type" }), "boolean");
  expect(preview.getByRole("switch", { name: "Greeting" })).not.toBeChecked();
});

it("of a published version makes a new one, and changes only what the catalogue tells in place", async () => {
  const calls = creator(() => ({ data: DRAFT }), { released: true });
  const history = visit("/templates/tmpl_1/edit");

  expect(await screen.findByRole("textbox", { name: "Version" })).toHaveValue("1.0.1");
  expect(screen.queryByText("What 1.0.1 changes")).not.toBeInTheDocument();
  await userEvent.type(screen.getByRole("textbox", { name: "README" }), "Read me.");
  expect(await screen.findByText("What 1.0.1 changes")).toBeVisible();
  expect(await screen.findByText("New volume fresh", {}, { timeout: 5000 })).toBeVisible();
  expect(screen.getByText("It begins empty.")).toBeVisible();
  await userEvent.type(screen.getByRole("textbox", { name: "Description" }), " More.");
  await userEvent.click(screen.getByRole("button", { name: "Save as new version" }));

  await waitFor(() => expect(history.location.pathname).toBe("/templates/tmpl_1"));
  const [added, changed] = writes(calls);
  expect(added?.path).toBe("/api/v1/templates/tmpl_1/versions");
  expect(attributes(added)).toEqual({ version: "1.0.1", readme: "Read me." });
  expect(attributes(changed)).toEqual({ description: "A website and its database. More." });
});

it("says at its field why it was not saved, and loses nothing", async () => {
  serve({
    "GET /mod/auth/me": ME,
    "GET /api/v1/templates": { data: [] },
    "POST /api/v1/templates": ({ query }) =>
      query ? { data: DRAFT } : refusal(409, "name_taken", "A template called blog exists already.", "/data/attributes/name"),
  });
  const history = visit("/templates/new");

  await userEvent.type(await screen.findByRole("textbox", { name: "Template name" }), "Blog");
  await userEvent.click(screen.getByRole("button", { name: "Create template" }));

  const name = screen.getByRole("textbox", { name: "Template name" });
  await waitFor(() => expect(name).toBeInvalid());
  expect(name).toHaveAccessibleDescription("A template called blog exists already.");
  expect(history.location.pathname).toBe("/templates/new");
});

it("asks before what was written is lost", async () => {
  creator(() => ({ data: DRAFT }));
  const history = visit("/templates/new");

  await userEvent.type(await screen.findByRole("textbox", { name: "Template name" }), "Blog");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await userEvent.click(await screen.findByRole("button", { name: "Go on writing" }));
  expect(history.location.pathname).toBe("/templates/new");
  expect(screen.getByRole("textbox", { name: "Template name" })).toHaveValue("Blog");

  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await userEvent.click(await screen.findByRole("button", { name: "Leave and lose the changes" }));
  await waitFor(() => expect(history.location.pathname).toBe("/templates"));
});
