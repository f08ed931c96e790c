import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";
import { PAUSE } from "@/features/templates/hooks/use-search-words";

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
  const history = visit("/templates");
  await screen.findByRole("link", { name: "WordPress" });
  await userEvent.keyboard("/");
  await userEvent.keyboard("guest");
  expect(screen.getByRole("searchbox", { name: "Search apps" })).toHaveValue("guest");
  expect(names()).toEqual(["Guestbook"]);
  await expect.poll(() => history.location.search).toBe("?q=guest");
});

it("finds by tag, and puts names before descriptions", async () => {
  serve(APPS);
  visit("/templates?q=blog");
  await screen.findByRole("link", { name: "WordPress" });
  expect(names()).toEqual(["WordPress"]);
});

it("narrows by category, with counts, and shows all again", async () => {
  serve(APPS);
  visit("/templates");
  await userEvent.click(await screen.findByRole("link", { name: /Development 1/ }));
  await expect.poll(names).toEqual(["Whoami"]);
  await userEvent.type(screen.getByRole("searchbox"), "zzz");
  await userEvent.click(await screen.findByRole("button", { name: "Show all apps" }));
  await expect.poll(names).toEqual(["WordPress", "Guestbook", "Whoami"]);
  expect(screen.getByRole("searchbox")).toHaveValue("");
});

it("goes from card to card with the arrows", async () => {
  serve(APPS);
  visit("/templates");
  (await screen.findByRole("link", { name: "WordPress" })).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("link", { name: "Guestbook" })).toHaveFocus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(screen.getByRole("link", { name: "WordPress" })).toHaveFocus();
});

it("does not call back whoever chose an app right after typing", async () => {
  const chosen = template();
  let answer: () => void = () => undefined;
  const slow = new Promise<object>((resolve) => {
    answer = () => resolve({ data: chosen });
  });
  serve({ ...APPS, "GET /api/v1/templates/tmpl_1": () => slow });
  const history = visit("/templates");
  await screen.findByRole("link", { name: "WordPress" });
  await userEvent.type(screen.getByRole("searchbox"), "word");
  await userEvent.click(screen.getByRole("link", { name: "WordPress" }));
  // The pause itself has to pass: what is shown is that nothing comes of it.
  await new Promise((resolve) => setTimeout(resolve, 2 * PAUSE));
  answer();
  expect(await screen.findByRole("heading", { name: "WordPress", level: 1 })).toBeInTheDocument();
  expect(history.location.pathname).toBe("/templates/tmpl_1");
});
