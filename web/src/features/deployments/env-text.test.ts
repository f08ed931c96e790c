import { expect, it } from "vitest";
import { readEnv } from "./env-text";

it.each([
  ["NAME=value", { NAME: "value" }],
  ["export NAME = value ", { NAME: "value" }],
  ["NAME=", { NAME: "" }],
  ["NAME=a=b", { NAME: "a=b" }],
  ["NAME=value # said of it", { NAME: "value" }],
  ["NAME=color#1", { NAME: "color#1" }],
  ['NAME="a # b" # said of it', { NAME: "a # b" }],
  ["NAME='a \\n b'", { NAME: "a \\n b" }],
  ['NAME="a\\n\\"b\\" \\\\"', { NAME: 'a\n"b" \\' }],
  ['KEY="-----BEGIN\nabc\n-----END"\nNAME=1', { KEY: "-----BEGIN\nabc\n-----END", NAME: "1" }],
  ["A=1\r\nB=2\r\nA=3", { A: "3", B: "2" }],
  ['NAME="never closed\nB=2', { NAME: '"never closed', B: "2" }],
])("reads %j", (text, values) => {
  expect(readEnv(text)).toEqual({ values, faults: [] });
});

it("leaves out comments and empty lines, and tells which lines say nothing", () => {
  expect(readEnv("# all\n\nA=1\njust words\n2B=3")).toEqual({ values: { A: "1" }, faults: [4, 5] });
});
