import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, serve } from "@/testing/api";
import { visit } from "@/testing/app";
import { template } from "@/testing/records";

it("says what happened, and loads the page when it is tried again", async () => {
  let isDown = true;
  serve({
    "GET /api/v1/templates": () =>
      isDown ? refusal(400, "bad_request", "The catalogue is being rebuilt.") : { data: [template()] },
  });
  visit("/templates");
  expect(await screen.findByRole("alert")).toHaveTextContent("The catalogue is being rebuilt.");

  isDown = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("link", { name: "WordPress" })).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

it("tells a thing that is not there from one that failed", async () => {
  serve({});
  visit("/templates/tmpl_gone");
  expect(await screen.findByRole("heading", { name: "There is nothing here" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Try again" })).not.toBeInTheDocument();
});

it("shows the same for an address that the app does not have", async () => {
  serve({});
  visit("/no/such/page");
  expect(await screen.findByRole("heading", { name: "There is nothing here" })).toBeInTheDocument();
});
