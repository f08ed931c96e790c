import { onlineManager } from "@tanstack/react-query";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { deployment, template } from "@/testing/records";

const APPS = {
  "GET /api/v1/templates": { data: [template()] },
  "GET /api/v1/deployments": { data: [deployment()] },
  "GET /api/v1/nodes": { data: [] },
};

it("finds one's own app in the palette, and goes there", async () => {
  serve({ ...APPS, "GET /api/v1/deployments/dep_1": { data: deployment() } });
  session.begin("a-token");
  const history = visit("/deployments");
  await screen.findByRole("link", { name: "My blog" });
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Search and go to" });
  const field = within(palette).getByRole("combobox");
  await waitFor(() => expect(field).toHaveFocus());
  await userEvent.keyboard("blog");
  await waitFor(() => expect(within(palette).getByRole("option", { name: /My blog/ })).toHaveAttribute("aria-selected", "true"));
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => history.location.pathname).toBe("/deployments/dep_1");
});

it("offers a visitor nothing that needs an account", async () => {
  serve(APPS);
  visit("/templates");
  await screen.findByRole("heading", { name: "Catalogue", level: 1 });
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Search and go to" });
  const options = within(palette).getAllByRole("option").map(({ textContent }) => textContent);
  expect(options).toContain("Sign in");
  expect(options).not.toContain("Sign out");
  expect(options).not.toContain("Apps");
});

it("leaves keys to whoever types", async () => {
  serve(APPS);
  visit("/templates");
  const search = await screen.findByRole("searchbox");
  await userEvent.type(search, "what? g/c");
  expect(search).toHaveValue("what? g/c");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

it.each([
  ["/marketplace?q=blog", "/templates?q=blog"],
  ["/marketplace/tmpl_1", "/templates/tmpl_1"],
  ["/login?from=%2Fbilling", "/sign-in?from=%2Fbilling"],
])("leads from %s to %s", async (old, target) => {
  serve({ ...APPS, "GET /api/v1/templates/tmpl_1": { data: template() } });
  const history = visit(old);
  await expect.poll(() => history.location.href).toBe(target);
});

it("says that there is no connection for as long as there is none", async () => {
  serve(APPS);
  visit("/templates");
  await screen.findByRole("heading", { name: "Catalogue", level: 1 });
  act(() => onlineManager.setOnline(false));
  expect(screen.getByText(/You are offline/)).toBeVisible();
  act(() => onlineManager.setOnline(true));
  expect(screen.queryByText(/You are offline/)).not.toBeInTheDocument();
});
