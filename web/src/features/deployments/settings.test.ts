import { expect, it } from "vitest";
import type { Variable } from "@/lib/api/types";
import { firstSettings, generate, hostnameFault, isOptional, secretsText } from "./settings";

it.each<[Variable["generator"], RegExp]>([
  ["password", /^[A-Za-z0-9]{32}$/],
  [{ kind: "hex", length: 40 }, /^[0-9a-f]{40}$/],
  [{ kind: "base64", length: 24 }, /^[A-Za-z0-9+/]{24}$/],
  [{ kind: "uuid" }, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  [{ kind: "username", length: 12 }, /^u[0-9a-f]{11}$/],
])("generates what the template wants: %j", (generator, pattern) => {
  expect(generate({ name: "A", generator: generator ?? null })).toMatch(pattern);
});

it("starts with defaults, the first of what must be chosen, and no for what is yes or no", () => {
  const variables: Variable[] = [
    { name: "TITLE", default: "Hello" },
    { name: "PORT", type: "integer", default: 8080 },
    { name: "MODE", type: "enum", required: true, options: ["a", { value: "b", label: "B" }] },
    { name: "DEBUG", type: "boolean" },
    { name: "EMAIL", required: true },
  ];
  expect(firstSettings(variables)).toEqual({
    TITLE: "Hello",
    PORT: "8080",
    MODE: "a",
    DEBUG: "false",
    EMAIL: "",
  });
  expect(variables.map(isOptional)).toEqual([true, true, true, true, false]);
});

it.each(["www.example.com", "müller.example", "a.b.c.example.org"])("takes %s for a host name", (name) => {
  expect(hostnameFault(name)).toBeNull();
});

it.each(["https://a.example.com", "example", "a b.example.com", "192.0.2.1", "*.example.com", "a.example.com/x"])(
  "does not take %s for one",
  (name) => expect(hostnameFault(name)).toMatch(/full name/),
);

it("writes the secrets, and nothing else, as lines to keep", () => {
  const variables: Variable[] = [
    { name: "PASSWORD", type: "secret" },
    { name: "TITLE" },
    { name: "TOKEN", type: "password" },
    { name: "UNSET", type: "secret" },
  ];
  const settings = { PASSWORD: "p1", TITLE: "Hello", TOKEN: "t1", UNSET: "" };
  expect(secretsText(variables, settings)).toBe("PASSWORD=p1\nTOKEN=t1");
});
