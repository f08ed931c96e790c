/** The backups of all apps: found where the app is gone, and made an app of again. */

import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { session } from "@/lib/auth/session";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { backup, deployment } from "@/testing/records";

beforeEach(() => session.begin("a-token"));

it("offers a new app with the data of one that is gone, and leads to those that are there", async () => {
  serve({
    "GET /api/v1/deployments": { data: [deployment()] },
    "GET /api/v1/backups": {
      data: [backup({ deployment_id: "dep_gone", deployment_name: "Lost shop" }, "bkp_2"), backup()],
    },
  });
  visit("/backups");
  const [gone, present] = await screen.findAllByRole("listitem").then(rows);
  expect(gone?.getByText("Lost shop")).toBeVisible();
  expect(gone?.getByText(/Its app is gone/)).toBeVisible();
  expect(gone?.getByRole("button", { name: /^Restore into a new app/ })).toBeEnabled();
  expect(gone?.queryByRole("button", { name: /^Restore here/ })).toBeNull();
  const summary = present?.getByText("My blog");
  if (summary) await userEvent.click(summary);
  expect(present?.getByRole("link", { name: "Go to My blog" })).toHaveAttribute("href", "/deployments/dep_1/backups");
});

/** The rows of the list itself: each has a summary. */
function rows(items: HTMLElement[]) {
  return items.filter((item) => item.querySelector("summary")).map((item) => within(item));
}

it("says where backups are made while there are none", async () => {
  serve({ "GET /api/v1/deployments": { data: [] }, "GET /api/v1/backups": { data: [] } });
  visit("/backups");
  expect(await screen.findByText(/on its tab Backups/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to your apps" })).toBeVisible();
});
