import { expect, it } from "vitest";
import { continued, MOST_LINES, opened, preceded, type LogPage } from "./lines";

function page(texts: string[], cursor: string | null = "c", more = false): LogPage {
  const lines = texts.map((message) => ({ container: "web", stream: "stdout" as const, timestamp: "t", message }));
  return { lines, meta: { cursor, more } };
}

function many(length: number): string[] {
  return Array.from({ length }, (_, index) => String(index));
}

const texts = (book: { lines: readonly { message: string }[] }) => book.lines.map(({ message }) => message);

it("goes on by the cursor of the page that was read last", () => {
  const book = continued(opened(page(["a", "b"], "1"), 2), page(["c"], "2", true));
  expect(texts(book)).toEqual(["a", "b", "c"]);
  expect(book.cursor).toBe("2");
  expect(book.more).toBe(true);
});

it("is the same book when nothing came, so that nothing is drawn anew", () => {
  const book = opened(page(["a"], "1"), 100);
  expect(continued(book, page([], "1"))).toBe(book);
  expect(continued(book, page([], "2")).lines).toBe(book.lines);
});

it("puts older lines before and leaves the numbers of the others", () => {
  const book = preceded(continued(opened(page(["c"]), 1), page(["d"])), page(["a", "b"]), 2);
  expect(texts(book)).toEqual(["a", "b", "c", "d"]);
  expect(book.lines.map(({ number }) => number)).toEqual([-2, -1, 0, 1]);
});

it("knows when the beginning was read", () => {
  expect(opened(page(["a"]), 2).isWhole).toBe(true);
  expect(opened(page(["a", "b"]), 2).isWhole).toBe(false);
  expect(preceded(opened(page(["b"]), 1), page([]), 2).isWhole).toBe(true);
});

it("lets the oldest lines go, and says that it is whole no more", () => {
  const book = continued(opened(page(many(MOST_LINES)), MOST_LINES + 1), page(["new"]));
  expect(book.lines).toHaveLength(MOST_LINES);
  expect(book.lines.at(-1)?.message).toBe("new");
  expect(book.lines[0]?.message).toBe("1");
  expect(book.isWhole).toBe(false);
});

it("takes no older lines than it keeps", () => {
  const book = preceded(opened(page(many(MOST_LINES - 1)), 1), page(["x", "y"]), 5);
  expect(book.lines).toHaveLength(MOST_LINES);
  expect(book.lines[0]?.message).toBe("y");
});
