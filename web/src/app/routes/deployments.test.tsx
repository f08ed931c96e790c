import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, node } from "@/testing/records";

beforeEach(() => {
  session.begin("a-token");
});

function app(id: string, over: Parameters<typeof deployment>[0]) {
  return { ...deployment({ name: id, ...over }), id };
}

const APPS = [app("blog", {}), app("wiki", { status: "stopped" }), app("shop", { status: "failed" })];

function platform(over: Record<string, object> = {}) {
  return serve({
    "GET /api/v1/deployments": { data: APPS },
    "GET /api/v1/nodes": { data: [node()] },
    ...over,
  });
}

function shownApps(): string[] {
  return screen.getAllByRole("checkbox", { name: /^Select (?!all)/ }).map((box) => box.getAttribute("aria-label") ?? "");
}

it("finds by words and by state, and keeps both in the URL", async () => {
  platform();
  const history = visit("/deployments");
  await userEvent.click(await screen.findByRole("button", { name: "Needs attention 1" }));
  await waitFor(() => expect(shownApps()).toEqual(["Select shop"]));
  await userEvent.click(screen.getByRole("button", { name: "All 3" }));
  await userEvent.type(screen.getByRole("searchbox", { name: "Search your apps" }), "wik");
  await waitFor(() => expect(shownApps()).toEqual(["Select wiki"]));
  expect(history.location.search).toBe("?q=wik");
});

it("says so when nothing is found, and leads back", async () => {
  platform();
  visit("/deployments?q=nothing");
  await userEvent.click(await screen.findByRole("button", { name: "Show all apps" }));
  await waitFor(() => expect(shownApps()).toHaveLength(3));
});

it("starts what can be started of the selected apps, and offers to undo that", async () => {
  const calls = platform({
    "POST /api/v1/deployments/wiki/start": { data: app("wiki", { status: "scheduled" }) },
    "POST /api/v1/deployments/shop/start": refusal(409, "no_room", "No server has room."),
    "POST /api/v1/deployments/wiki/cancel": { data: app("wiki", { status: "failed" }) },
  });
  visit("/deployments");
  await userEvent.click(await screen.findByRole("checkbox", { name: "Select all, 3 apps" }));
  const bar = within(screen.getByRole("region", { name: "Selected apps" }));
  expect(bar.getByText("3 selected")).toBeVisible();
  await userEvent.click(bar.getByRole("button", { name: "Start 2" }));

  expect(await screen.findByText("Starting 1 app.")).toBeVisible();
  expect(await screen.findByText("shop: No server has room.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(calls.filter(({ method }) => method === "POST").map(({ path }) => path)).toContain(
      "/api/v1/deployments/wiki/cancel",
    ),
  );
});

it("names every app that would be lost, and deletes none before that is typed", async () => {
  const calls = platform({
    "DELETE /api/v1/deployments/blog": { status: 204, body: null },
    "DELETE /api/v1/deployments/wiki": { status: 204, body: null },
  });
  visit("/deployments");
  await userEvent.click(await screen.findByRole("checkbox", { name: "Select blog" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "Select wiki" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete 2 apps" }));
  expect(dialog.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["blog", "wiki"]);
  const button = dialog.getByRole("button", { name: "Delete and lose their data" });
  expect(button).toBeDisabled();
  await userEvent.type(dialog.getByLabelText("Type delete 2 apps to confirm"), "delete 2 apps");
  await userEvent.click(button);
  expect(await screen.findByText("Deleted 2 apps with their data.")).toBeVisible();
  expect(calls.filter(({ method }) => method === "DELETE")).toHaveLength(2);
});
