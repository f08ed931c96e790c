/** Templates of other platforms are converted, looked through, edited and saved. */

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { strToU8, zipSync } from "fflate";
import { beforeEach, expect, it, vi } from "vitest";
import type { CodeEditorProps } from "@/components/ui/code-editor";
import { session } from "@/lib/auth/session";
import { refusal, serve, type Asked } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

// The editor measures lines, which jsdom has not: a plain field stands in for it.
vi.mock("@/components/ui/code-editor", () => ({
  CodeEditor: ({ label, value, onChange }: CodeEditorProps) => (
    <textarea aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} />
  ),
}));

const SIGNED = { kind: "jwt", length: 32, secret: "KEY", claims: '{"role":"anon"}' };
const DRAFT = {
  ...{ source: "docker-compose.yml", name: "Wiki", version: "1.0.0", description: "Pages.", category: "web" },
  ...{ tags: ["wiki"], compose_spec: "services: {web: {image: wiki}}", config_files: [], readme: "# Wiki" },
  variables: [
    { name: "KEY", type: "secret", generator: { kind: "hex", length: 64 } },
    { name: "ANON", type: "secret", generator: SIGNED },
  ],
  routes: [{ service: "web", port: 3000, path: "/" }],
  services: [{ name: "web", image: "wiki" }],
  links: [{ label: "Website", url: "https://wiki.example.com" }],
  ...{ licence: "MIT", notes_start: "", notes_end: "Sign in as admin.", architectures: [], data_volumes: [] },
  excluded_from_health: [],
  provenance: { format: "compose", path: "docker-compose.yml", format_version: "", repository: "", commit: "" },
  dropped: [{ key: "networks.proxy", reason: "Networks of others are not joined.", line: 12 }],
  ...{ refused: [{ rule: "privileged", reason: "No container is privileged.", line: 4 }], ignored: ["labels"] },
};
const ERROR = { source: "broken.yml", rule: "unreadable", reason: "It is no YAML.", line: 3 };

function platform(answer: object = { drafts: [DRAFT], errors: [ERROR] }): Asked[] {
  return serve({
    "GET /mod/auth/me": { user: { id: "user_1", email: "me@example.com", name: null, plan_id: "free" } },
    "GET /api/v1/templates": { data: [] },
    "POST /api/v1/templates/import":
      "status" in answer
        ? answer
        : { data: { type: "template_imports", id: "import", attributes: { format: "compose", ...answer } } },
    "POST /api/v1/templates": ({ query }) => ({ status: query ? 200 : 201, body: { data: template() } }),
  });
}

function sent(calls: Asked[], path: string): Record<string, unknown> {
  const asked = calls.find((call) => call.method === "POST" && call.path === path && call.query === "");
  return (asked?.body as { data: { attributes: Record<string, unknown> } }).data.attributes;
}

beforeEach(() => session.begin("token"));

it("converts a pasted text, tells what did not come along, and saves what was edited", async () => {
  const calls = platform();
  visit("/templates/import");
  const text = await screen.findByLabelText("Or paste a text");
  expect(screen.getByRole("button", { name: "Convert" })).toBeDisabled();
  await userEvent.click(text);
  await userEvent.paste("services: {web: {image: wiki}}");
  await userEvent.click(screen.getByRole("button", { name: "Convert" }));

  const lost = within(await screen.findByRole("region", { name: "Did not come along" }));
  expect(lost.getByRole("listitem")).toHaveTextContent("networks.proxy, line 12: Networks of others are not joined.");
  expect(screen.getByRole("region", { name: "Stands in its way" })).toHaveTextContent("No container is privileged.");
  expect(screen.getByRole("alert")).toHaveTextContent("broken.yml, line 3: It is no YAML.");
  expect(sent(calls, "/api/v1/templates/import")).toEqual({
    format: "auto",
    files: { "docker-compose.yml": "services: {web: {image: wiki}}" },
  });

  await userEvent.click(screen.getByRole("button", { name: "Edit Wiki and save" }));
  const name = await screen.findByLabelText("Template name");
  await waitFor(() => expect(name).toHaveValue("Wiki"));
  await userEvent.type(name, " two");
  await userEvent.click(screen.getByRole("button", { name: "Create template" }));
  await waitFor(() => expect(calls.some(({ path, query, method }) => method === "POST" && path === "/api/v1/templates" && !query)).toBe(true));
  const made = sent(calls, "/api/v1/templates");
  expect(made).toMatchObject({ name: "Wiki two", category: "web", tags: ["wiki"] });
  expect(made.readme).toBe(
    "# Wiki\n\n## Once it runs\n\nSign in as admin.\n\n## Links\n\n- [Website](https://wiki.example.com)\n\nLicence: MIT",
  );
  expect(made.variables).toMatchObject([{ generator: { kind: "hex", length: 64 } }, { generator: SIGNED }]);
});

it("reads files and archives in the browser, and sends their texts alone", async () => {
  const calls = platform();
  visit("/templates/import");
  await screen.findByLabelText("Or paste a text");
  const archive = zipSync({ "wiki/app.yml": strToU8("a: 1"), "wiki/logo.png": new Uint8Array([137, 80, 78, 71, 0, 255]) });
  await userEvent.upload(screen.getByLabelText("Choose files", { selector: "input" }), [
    new File(["b: 2"], "other.yml"),
    new File([archive], "wiki.zip"),
  ]);
  expect(await screen.findByText("other.yml, wiki/app.yml")).toBeVisible();
  expect(screen.getByText("1 file is no text, such as images.")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Format"), "coolify");
  await userEvent.click(screen.getByRole("button", { name: "Convert" }));
  expect(await screen.findByText(/1 draft made/)).toBeVisible();
  expect(sent(calls, "/api/v1/templates/import")).toEqual({
    format: "coolify",
    files: { "other.yml": "b: 2", "wiki/app.yml": "a: 1" },
  });
});

it("says what the API says of what it cannot read, and keeps what was given", async () => {
  platform(refusal(422, "unknown_format", "No format is found in these files.", "/data/attributes/format"));
  visit("/templates/import");
  await userEvent.click(await screen.findByLabelText("Or paste a text"));
  await userEvent.paste("hello");
  await userEvent.click(screen.getByRole("button", { name: "Convert" }));
  expect(await screen.findByText("No format is found in these files.")).toBeVisible();
  expect(screen.getByLabelText("Or paste a text")).toHaveValue("hello");
});

it("asks before edits of a draft are lost by Cancel, and leaves at once what was not edited", async () => {
  platform();
  visit("/templates/import");
  await userEvent.click(await screen.findByLabelText("Or paste a text"));
  await userEvent.paste("services: {web: {image: wiki}}");
  await userEvent.click(screen.getByRole("button", { name: "Convert" }));
  const edit = async () => userEvent.click(await screen.findByRole("button", { name: "Edit Wiki and save" }));
  const cancel = () => userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  const named = async (value: string) => waitFor(() => expect(screen.getByLabelText("Template name")).toHaveValue(value));

  await edit();
  await named("Wiki");
  await cancel();
  await edit();
  await named("Wiki");
  await userEvent.type(screen.getByLabelText("Template name"), " two");
  await cancel();
  await userEvent.click(await screen.findByRole("button", { name: "Go on writing" }));
  await named("Wiki two");

  await cancel();
  await userEvent.click(await screen.findByRole("button", { name: "Leave and lose the changes" }));
  await edit();
  await named("Wiki");
});
