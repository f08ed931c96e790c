import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Markdown } from "./markdown";

const TEXT = `# A blog

<script>alert(1)</script><b onclick="x">bold</b>

[out](https://example.com) [odd](javascript:alert(1))

![A screenshot](https://example.com/a.png)

![Not safe](http://example.com/b.png)

| a | b |
|---|---|
| 1 | 2 |
`;

it("renders a stranger's text without trusting it", async () => {
  const { container } = render(<Markdown text={TEXT} />);
  expect(await screen.findByRole("heading", { name: "A blog", level: 3 })).toBeVisible();
  expect(container.querySelector("script, b, [onclick]")).toBeNull();
  expect(screen.getByRole("link", { name: "out" })).toHaveAttribute("rel", expect.stringContaining("noopener"));
  expect(screen.queryByRole("link", { name: "odd" })).not.toBeInTheDocument();
  expect(screen.getByRole("table")).toBeVisible();
});

it("shows images over https alone, and tells nobody from where they are looked at", async () => {
  render(<Markdown text={TEXT} />);
  const image = await screen.findByRole("img", { name: "A screenshot" });
  expect(image).toHaveAttribute("referrerpolicy", "no-referrer");
  expect(screen.getAllByRole("img")).toEqual([image]);
  expect(screen.getByText("Image: Not safe")).toBeVisible();
});
