import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { TimelineAttributes } from "@/lib/api/types";
import { step } from "@/testing/records";
import { Timeline } from "./timeline";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T12:00:30Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const placed = step({
  name: "PlaceDeployment",
  state: "done",
  started_at: "2026-01-01T12:00:00Z",
  ended_at: "2026-01-01T12:00:02Z",
});
const pulling = step({
  name: "PullImages",
  state: "running",
  started_at: "2026-01-01T12:00:02Z",
  usual_seconds: 20,
  message: "image 2 of 3",
  progress: { done: 67_108_864, total: 188_743_680, unit: "bytes" },
});
const waiting = step({ name: "StartServices", usual_seconds: 4 });

function timeline(over: Partial<TimelineAttributes>): TimelineAttributes {
  return { kind: "deploy", generation: 1, execution: "x", state: "running", steps: [], ...over };
}

function row(name: string): HTMLElement {
  const found = screen.getAllByRole("listitem").find((item) => within(item).queryByText(name));
  if (!found) throw new Error(`no step ${name}`);
  return found;
}

it("opens the step that runs, with what happens now, elapsed and usual time", () => {
  render(<Timeline timeline={timeline({ steps: [placed, pulling, waiting] })} />);

  expect(screen.getByRole("heading", { name: /Starting app/ })).toHaveTextContent("30 s");
  expect(row("Pull images")).toHaveAttribute("aria-current", "step");
  expect(row("Pull images")).toHaveTextContent("image 2 of 3");
  expect(row("Pull images")).toHaveTextContent("28 s, usually 20 s");
  expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuetext", "64 MB of 180 MB");
  expect(row("Find its place and address")).toHaveTextContent("2 s");
  expect(row("Start services")).toHaveTextContent("usually 4 s");
  expect(row("Start services")).not.toHaveAttribute("aria-current");
});

it("says politely which step runs", () => {
  render(<Timeline timeline={timeline({ steps: [placed, pulling] })} />);
  expect(screen.getByRole("status")).toHaveTextContent("Starting app: Pull images, running");
});

it("opens the step that failed, with its cause and what helps", () => {
  const failed = step({ ...pulling, state: "failed", message: null, ended_at: "2026-01-01T12:00:10Z" });
  render(
    <Timeline
      timeline={timeline({ state: "failed", steps: [placed, failed, waiting] })}
      cause="There is no image wordpress:7."
      remedies={<button type="button">Start again</button>}
    />,
  );
  expect(screen.getByRole("heading", { name: /Starting failed/ })).toBeInTheDocument();
  expect(row("Pull images")).toHaveTextContent("There is no image wordpress:7.");
  expect(within(row("Pull images")).getByRole("button", { name: "Start again" })).toBeVisible();
  expect(row("Pull images")).toHaveTextContent("8 s");
});

it("tells the cause of a failure that belongs to no step", () => {
  const undone = step({ ...placed, state: "undone" });
  render(
    <Timeline
      timeline={timeline({ state: "failed", steps: [undone, waiting] })}
      cause="It was cancelled."
      remedies={<button type="button">Start again</button>}
    />,
  );
  expect(row("Find its place and address")).toHaveTextContent("Undone");
  expect(screen.getByText("It was cancelled.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Start again" })).toBeVisible();
});

it("tells in one line what had ended before it was looked at", async () => {
  vi.useRealTimers();
  render(<Timeline timeline={timeline({ state: "done", steps: [placed] })} />);
  expect(screen.getByRole("heading", { name: "Started in 2 s" })).toBeInTheDocument();
  expect(screen.queryByRole("list")).not.toBeInTheDocument();

  await userEvent.click(screen.getByRole("button", { name: "Show steps" }));
  expect(row("Find its place and address")).toHaveTextContent("Done");
});

it("stays open when the work that was watched ends", () => {
  const { rerender } = render(<Timeline timeline={timeline({ steps: [placed, pulling] })} />);
  const pulled = { ...pulling, state: "done" as const, ended_at: "2026-01-01T12:00:20Z" };
  rerender(<Timeline timeline={timeline({ state: "done", steps: [placed, pulled] })} />);

  expect(screen.getByRole("heading", { name: "Started in 20 s" })).toBeInTheDocument();
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
});

it("shows nothing for what never had work", () => {
  const { container } = render(<Timeline timeline={timeline({ state: "waiting", steps: [] })} />);
  expect(container).toBeEmptyDOMElement();
});
