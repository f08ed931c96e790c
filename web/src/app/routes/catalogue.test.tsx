import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

const APPS = {
  "GET /api/v1/templates": {
    data: [
      { ...template(), id: "tmpl_1" },
      { ...template({ name: "Guestbook", tags: ["sample"], category: "web", description: "A page." }), id: "tmpl_2" },
      { ...template({ name: "Whoami", tags: [], category: "development", description: "Answers." }), id: "tmpl_3" },
    ],
  },
};

function names(): string[] {
  return screen.queryAllByRole("article").map((card) => card.querySelector("h2")?.textContent ?? "");
}

it("answers as one types, and keeps the words in the URL", async () => {
  serve(APPS);
  const history = visit("/");
  await screen.findByRole("link", { name: "WordPress" });
  await userEvent.keyboard("/");
  await userEvent.keyboard("guest");
  expect(screen.getByRole("searchbox", { name: "Search apps" })).toHaveValue("guest");
  expect(names()).toEqual(["Guestbook"]);
  await expect.poll(() => history.location.search).toBe("?q=guest");
});

it("finds by tag, and puts names before descriptions", async () => {
  serve(APPS);
  visit("/?q=blog");
  await screen.findByRole("link", { name: "WordPress" });
  expect(names()).toEqual(["WordPress"]);
});

it("narrows by category, with counts, and shows all again", async () => {
  serve(APPS);
  visit("/");
  await userEvent.click(await screen.findByRole("link", { name: /Development 1/ }));
  await expect.poll(names).toEqual(["Whoami"]);
  await userEvent.type(screen.getByRole("searchbox"), "zzz");
  await userEvent.click(await screen.findByRole("button", { name: "Show all apps" }));
  await expect.poll(names).toEqual(["WordPress", "Guestbook", "Whoami"]);
  expect(screen.getByRole("searchbox")).toHaveValue("");
});

it("goes from card to card with the arrows", async () => {
  serve(APPS);
  visit("/");
  (await screen.findByRole("link", { name: "WordPress" })).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("link", { name: "Guestbook" })).toHaveFocus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(screen.getByRole("link", { name: "WordPress" })).toHaveFocus();
});
