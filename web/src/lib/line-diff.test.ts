import { expect, it } from "vitest";
import { diffLines } from "./line-diff";

function written(before: string, after: string): string[] {
  const signs = { same: " ", gone: "-", new: "+" };
  return diffLines(before, after).map(({ kind, text }) => signs[kind] + text);
}

it("keeps what is the same and tells what goes and what comes", () => {
  const before = "services:\n  web:\n    image: nginx:1\n    restart: always\n";
  const after = "services:\n  web:\n    image: nginx:2\n    restart: always\n    user: app\n";
  expect(written(before, after)).toEqual([
    " services:",
    "   web:",
    "-    image: nginx:1",
    "+    image: nginx:2",
    "     restart: always",
    "+    user: app",
  ]);
});

it.each([
  ["", "", []],
  ["a", "a", [" a"]],
  ["", "a\nb", ["+a", "+b"]],
  ["a\nb", "", ["-a", "-b"]],
])("knows the ends: %j to %j", (before, after, expected) => {
  expect(written(before, after)).toEqual(expected);
});

it("numbers the lines of both texts", () => {
  expect(diffLines("a\nb\nc", "a\nc").map(({ before, after }) => [before, after])).toEqual([
    [1, 1],
    [2, null],
    [3, 2],
  ]);
});

it("leads from any text to any other", () => {
  const letters = "abcd";
  let seed = 7;
  const next = (most: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
  const text = () => Array.from({ length: next(12) }, () => letters.charAt(next(4))).join("\n");
  for (let round = 0; round < 300; round++) {
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const side = (kind: "gone" | "new") =>
      lines.filter((line) => line.kind === "same" || line.kind === kind).map((line) => line.text).join("\n");
    expect([side("gone"), side("new")]).toEqual([before, after]);
  }
});
