import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { toast, Toasts } from "./toasts";

it("shows what was said before anybody listened, and lets it be undone", async () => {
  const undo = vi.fn();
  toast("done", "My blog is stopped.", { label: "Start it again", onClick: undo });
  render(<Toasts />);
  expect(await screen.findByText("My blog is stopped.")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Start it again" }));
  expect(undo).toHaveBeenCalledOnce();
});

it("keeps a failure until it is closed", async () => {
  render(<Toasts />);
  toast("fail", "My blog was not deleted. It is starting.");
  const note = await screen.findByRole("listitem");
  expect(note).toHaveTextContent("My blog was not deleted. It is starting.");
  await userEvent.click(within(note).getByRole("button", { name: "Dismiss" }));
  await expect.poll(() => screen.queryByRole("listitem")).toBeNull();
});
