import { expect, it } from "vitest";
import { marksTo } from "./marks";

const MB = 1_048_576;

it.each([
  ["nothing", 0, 10, [0, 1]],
  ["a percentage", 100, 10, [0, 50, 100]],
  ["some tens", 37, 10, [0, 10, 20, 30, 40]],
  ["less than one", 0.3, 10, [0, 0.1, 0.2, 0.3]],
  ["a byte", 1, 1024, [0, 1]],
  ["some bytes", 700, 1024, [0, 200, 400, 600, 800]],
  ["megabytes", 192 * MB, 1024, [0, 50 * MB, 100 * MB, 150 * MB, 200 * MB]],
] as const)("marks %s", (_, most, base, marks) => {
  const found = marksTo(most, base);
  expect(found).toHaveLength(marks.length);
  found.forEach((mark, place) => expect(mark).toBeCloseTo(marks[place] ?? NaN));
});
