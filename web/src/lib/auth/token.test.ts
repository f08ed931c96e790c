import { expect, it } from "vitest";
import { endOf, subjectOf } from "./token";

it("tells when a session ends by itself", () => {
  const body = btoa(JSON.stringify({ uid: "u", exp: 1_800_000_000 })).replaceAll("=", "");
  expect(endOf(`head.${body}.sign`)).toBe("2027-01-15T08:00:00.000Z");
});

it("tells whose a session is", () => {
  expect(subjectOf(`head.${btoa(JSON.stringify({ sub: "user_1" }))}.sign`)).toBe("user_1");
});

it.each(["", "no-token", "a.b.c", `a.${btoa("{}")}.c`])("knows nothing of %j", (token) => {
  expect(endOf(token)).toBeNull();
  expect(subjectOf(token)).toBeNull();
});
