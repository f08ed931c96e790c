import { describe, expect, it } from "vitest";
import { ApiError, errorFrom, fieldErrors, formError, isMissing, reason, UNREACHABLE } from "./errors";

const DOCUMENT = JSON.stringify({
  errors: [
    { status: "422", code: "required", detail: "name is required.", source: { pointer: "/data/attributes/name" } },
    { status: "422", code: "invalid", detail: "Port is odd.", source: { pointer: "/data/attributes/variables/PORT" } },
    { status: "422", code: "rule", detail: "Nothing fits.", source: {} },
  ],
});

describe("an error body", () => {
  it("is read as JSON:API, by field and as a whole", () => {
    const error = errorFrom(422, DOCUMENT);
    expect(error.code).toBe("required");
    expect(fieldErrors(error)).toEqual({ name: "name is required.", "variables.PORT": "Port is odd." });
    expect(formError(error, ["name", "variables.PORT"])).toBe("Nothing fits.");
    expect(formError(error, ["name"])).toBe("Port is odd. Nothing fits.");
  });

  it("is read as the gateway's flat one", () => {
    expect(reason(errorFrom(409, '{"error":"email already registered"}'))).toBe("Email already registered.");
  });

  it.each([
    [502, "<html>", /could not answer \(502\)/],
    [429, "", /Too many requests/],
    [418, "[]", /refused \(418\)/],
    [500, "null", /could not answer \(500\)/],
  ])("of %s that is %j still says something", (status, body, text) => {
    expect(reason(errorFrom(status, body))).toMatch(text);
  });
});

it("knows what is missing from what is broken", () => {
  expect(isMissing(new ApiError(404, []))).toBe(true);
  expect(isMissing(UNREACHABLE)).toBe(false);
  expect(isMissing(new Error("x"))).toBe(false);
});

it("never shows a fault of the page as the API's words", () => {
  expect(reason(new TypeError("x is undefined"))).toMatch(/Reload/);
});
