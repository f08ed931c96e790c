import { describe, expect, it } from "vitest";
import type { Template } from "./api/list-templates";
import { changesOf, formOf, NEW_TEMPLATE, NEW_VARIABLE, nextVersion, sentOf, suggested, undefinedNames, variableOf } from "./form";

describe("what is sent", () => {
  it("is money in cents and lists without blanks", () => {
    const sent = sentOf({ ...NEW_TEMPLATE, name: " Blog ", price_monthly_cents: "4.5", tags: "a, ,b " });
    expect(sent).toMatchObject({ name: "Blog", price_monthly_cents: 450, tags: ["a", "b"], resources_disk_mb: 0 });
  });

  it("leaves what is no number to the API to refuse", () => {
    expect(sentOf({ ...NEW_TEMPLATE, price_monthly_cents: "a lot" }).price_monthly_cents).toBe("a lot");
  });

  it("holds of a variable what fits its type", () => {
    const filled = { ...NEW_VARIABLE, name: "A", options: "x\n y = The other \n", validation: "x+", generator: "hex", length: "12" };
    expect(variableOf({ ...filled, type: "enum" })).toEqual({ name: "A", type: "enum", required: false, options: ["x", { value: "y", label: "The other" }] });
    expect(variableOf({ ...filled, type: "secret" })).toEqual({
      name: "A",
      type: "secret",
      required: false,
      validation: "x+",
      generator: { kind: "hex", length: 12 },
    });
  });
});

describe("a template that is edited", () => {
  const template = {
    id: "tmpl_1",
    ...sentOf(NEW_TEMPLATE),
    name: "Blog",
    version: "1.0.0",
    variables: [
      { name: "A", type: "password", generator: "hex" },
      { name: "B", type: "select", options: ["x", { value: "y", label: "The other" }] },
    ],
  } as unknown as Template;

  it("changes nothing by being opened, whatever other names its types have", () => {
    const sent = sentOf(formOf(template, "1.0.1"));
    expect(changesOf(template, sent)).toEqual({ parts: {}, listing: {} });
    expect(sent.variables).toEqual([
      { name: "A", type: "secret", required: false, generator: { kind: "hex", length: 32 } },
      { name: "B", type: "enum", required: false, options: ["x", { value: "y", label: "The other" }] },
    ]);
  });

  it("tells what belongs to its version from what may always change", () => {
    const form = { ...formOf(template, "1.0.1"), readme: "New", price_monthly_cents: "5" };
    expect(changesOf(template, sentOf(form))).toEqual({
      parts: { readme: "New" },
      listing: { price_monthly_cents: 500 },
    });
  });

  it.each([
    ["1.2.3", "1.2.4"],
    ["1.3.0-rc.1", "1.3.0"],
    ["odd", "0.0.1"],
  ])("offers a version that is higher: %s", (version, next) => {
    expect(nextVersion(version)).toBe(next);
  });
});

describe("names in a compose text", () => {
  it("are found where they are filled in and nowhere else", () => {
    const text = "a: ${ONE:-x} $TWO $$THREE ${FOUR:?why} # ${FIVE}\nb: ${PWD} ${ONE} ${HOSTER_URL}";
    expect(undefinedNames(text, [{ ...NEW_VARIABLE, name: "TWO" }])).toEqual(["ONE", "FOUR"]);
  });

  it("suggest what kind of variable they are", () => {
    expect(suggested("DB_PASSWORD")).toMatchObject({ type: "secret", generator: "password", label: "Db password" });
    expect(suggested("TITLE")).toMatchObject({ type: "string", generator: "", required: true });
  });
});
