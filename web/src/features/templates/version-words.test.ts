import { expect, it } from "vitest";
import { changeWords } from "./version-words";

it("says what comes, what goes and what becomes something else", () => {
  const of = { kind: "image", name: "web" };
  expect(changeWords({ ...of, before: "nginx:1", after: "nginx:2" })).toEqual({
    sign: "~",
    what: "Image of web",
    detail: "nginx:1 → nginx:2",
  });
  expect(changeWords({ kind: "service", name: "db", before: null, after: "postgres:16" })).toEqual({
    sign: "+",
    what: "New service db",
    detail: "postgres:16",
  });
  expect(changeWords({ kind: "variable", name: "KEY", before: "secret", after: null })).toEqual({
    sign: "−",
    what: "No more variable KEY",
    detail: "secret",
  });
});

it("repeats no name and shows no placeholder for a value that is not told", () => {
  expect(changeWords({ kind: "volume", name: "data", before: "data", after: null }).detail).toBe("");
  expect(changeWords({ kind: "environment", name: "web: TOKEN", before: "set", after: "set to something else" })).toEqual({
    sign: "~",
    what: "Environment of web: TOKEN",
    detail: "",
  });
});
