import { expect, it } from "vitest";
import { fault, strength } from "./password";

it("tells what the gateway would refuse", () => {
  expect(fault("1234567")).toBe("Use at least 8 characters.");
  expect(fault("ä".repeat(37))).toBe("Use at most 72 characters.");
  expect(fault("12345678")).toBeUndefined();
});

it.each([
  ["short", 0],
  ["password", 1],
  ["aaaa-bbbb-cccc-1", 1],
  ["ada-lovelace-1815", 1],
  ["tq7vkzpm", 1],
  ["Tq7vkzpm", 2],
  ["otter lamp violin", 3],
  ["Otter lamp violin 7", 4],
])("judges %s", (password, expected) => {
  expect(strength(password, "ada@example.com")).toBe(expected);
});
