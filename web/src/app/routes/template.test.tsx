import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

const SHOWN = template({ creator_name: "Ann & sons", start_seconds: 14, starts: 2 });

it("tells who made it, how fast it starts, and leads to what is like it", async () => {
  const asked = serve({
    "GET /api/v1/templates/tmpl_1": { data: SHOWN },
    "GET /api/v1/templates/tmpl_1/versions": { data: [] },
    "GET /api/v1/templates": { data: [{ ...template({ name: "Ghost" }), id: "tmpl_2" }] },
  });
  visit("/templates/tmpl_1");
  expect(await screen.findByText("Ann & sons")).toBeVisible();
  expect(screen.getByText("14 s, 2 starts")).toBeVisible();
  const like = screen.getByRole("heading", { name: "Apps like it" }).closest("section");
  expect(within(like ?? document.body).getByRole("link", { name: "Ghost" })).toHaveAttribute("href", "/templates/tmpl_2");
  const query = asked.find(({ path }) => path === "/api/v1/templates")?.query ?? "";
  expect(new URLSearchParams(query).get("filter[related]")).toBe("tmpl_1");
});

it("stays without what is like it where that cannot be read", async () => {
  serve({
    "GET /api/v1/templates/tmpl_1": { data: template() },
    "GET /api/v1/templates/tmpl_1/versions": { data: [] },
  });
  visit("/templates/tmpl_1");
  expect(await screen.findByRole("heading", { name: "WordPress", level: 1 })).toBeVisible();
  expect(screen.queryByText("Apps like it")).not.toBeInTheDocument();
});

it("tells its creator why it was taken out of the catalogue", async () => {
  serve({
    "GET /api/v1/templates/tmpl_1": { data: template({ published: false, withdrawn_reason: "Mines coins." }) },
    "GET /api/v1/templates/tmpl_1/versions": { data: [] },
  });
  visit("/templates/tmpl_1");
  expect(await screen.findByRole("alert")).toHaveTextContent(/took it out of the catalogue: Mines coins\./);
});

it.each([
  [{ dumps: ["db"], stopped_for: [] }, true],
  [{ dumps: ["db"], stopped_for: ["uploads"] }, false],
  [{ dumps: [], stopped_for: [] }, false],
  [null, false],
])("says that it is backed up without stopping where that is so: %j", async (backup, isTold) => {
  serve({ "GET /api/v1/templates/tmpl_1": { data: template({ backup }) } });
  visit("/templates/tmpl_1");
  expect(await screen.findByRole("heading", { name: "What it costs and needs" })).toBeVisible();
  expect(screen.queryByText("Without stopping") !== null).toBe(isTold);
});
