import { expect, it } from "vitest";
import { told } from "./told";

it("calls things by their names, where they are known", () => {
  const names = new Map([["node_4219296ef597ae64", "first-server"]]);
  const message = "Placed on node_4219296ef597ae64, port 34802, as hello.apps.localhost";
  expect(told(message, names)).toBe("Placed on first-server, port 34802, as hello.apps.localhost");
  expect(told("Server ready: node_00000000", names)).toBe("Server ready: node_00000000");
  expect(told(null, names)).toBe("");
});

it("leaves out the lines of a log that a failure quotes", () => {
  expect(told("Failed: web ended with status 3. Its last lines: one two", new Map())).toBe(
    "Failed: web ended with status 3.",
  );
});
