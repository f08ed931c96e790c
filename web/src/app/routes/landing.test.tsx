import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

it("shows a visitor what people run, and leads to the catalogue", async () => {
  const calls = serve({ "GET /api/v1/templates": { data: [template()] } });
  const history = visit("/");
  expect(await screen.findByRole("heading", { name: "Run apps on servers of your own" })).toBeVisible();
  expect(screen.getByRole("link", { name: "WordPress" })).toBeVisible();
  expect(calls.at(0)?.query).toContain("sort=-popularity");

  await userEvent.click(screen.getByRole("link", { name: "See the catalogue" }));
  expect(await screen.findByRole("heading", { name: "Catalogue", level: 1 })).toBeVisible();
  expect(history.location.pathname).toBe("/templates");
});

it("is whole without the catalogue", async () => {
  serve({ "GET /api/v1/templates": refusal(400, "bad_request", "The catalogue is being rebuilt.") });
  visit("/");
  expect(await screen.findByRole("link", { name: "Make an account" })).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  expect(screen.queryByRole("heading", { name: "What people run" })).not.toBeInTheDocument();
});
