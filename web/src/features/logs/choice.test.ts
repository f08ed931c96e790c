import { expect, it } from "vitest";
import { chosen, counted, cut } from "./choice";
import type { NumberedLine } from "./lines";

const LINES: NumberedLine[] = ["INFO: up", "WARN: slow query", "ERROR: query failed", "plain"].map((message, number) => ({
  container: "web",
  stream: "stdout",
  timestamp: "2026-01-01T12:00:00Z",
  message,
  number,
}));

const said = (lines: readonly NumberedLine[]) => lines.map(({ message }) => message);

it("is the same list while nothing is chosen", () => {
  expect(chosen(LINES, "  ")).toBe(LINES);
});

it("chooses by text in any case, and by how grave a line is", () => {
  expect(said(chosen(LINES, "QUERY"))).toEqual(["WARN: slow query", "ERROR: query failed"]);
  expect(said(chosen(LINES, "", "error"))).toEqual(["ERROR: query failed"]);
  expect(said(chosen(LINES, "", "warn"))).toEqual(["WARN: slow query", "ERROR: query failed"]);
  expect(said(chosen(LINES, "slow", "error"))).toEqual([]);
});

it("counts what is grave", () => {
  expect(counted(LINES)).toEqual({ error: 1, warn: 1 });
});

it("cuts a line at what is sought", () => {
  expect(cut("a Query, a query", "query")).toEqual(["a ", "Query", ", a ", "query", ""]);
  expect(cut("a.b", ".")).toEqual(["a", ".", "b"]);
  expect(cut("text", "")).toEqual(["text"]);
});
