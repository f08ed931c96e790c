import { expect, it } from "vitest";
import { finding, sweep } from "@/testing/records";
import type { Sweep } from "./api/get-sweep";
import { inOrder, summary } from "./sweeps";

function swept(over: Partial<Sweep>): Sweep {
  return { ...sweep(over).attributes, id: "cred_1" };
}

it.each([
  [{ servers: 1 }, "1 server, every one accounted for."],
  [{ servers: 0 }, "No servers of Hoster there."],
  [{ servers: 4, findings: [finding()] }, "4 servers: 1 without a record here."],
  [
    { servers: 4, findings: [finding({ kind: "waiting" }), finding(), finding()] },
    "4 servers: 2 without a record here, 1 failed and still paid for.",
  ],
  [{ servers: 4, findings: [finding({ kind: "extra", repaired: true })] }, "4 servers, every one accounted for."],
  [{ servers: 4, findings: [finding({ kind: "missing", repaired: true })] }, "4 servers: 1 missing."],
  [{ servers: 2, findings: [finding({ kind: "unclear" })] }, "2 servers, every one accounted for."],
])("sums up what was found", (over, text) => {
  expect(summary(swept(over))).toBe(text);
});

it("puts what costs money first, and what is set right last", () => {
  const found = [
    finding({ kind: "extra", repaired: true }),
    finding({ kind: "missing", repaired: true }),
    finding({ kind: "waiting" }),
    finding({ kind: "orphan" }),
  ];

  expect(inOrder(found).map(({ kind, repaired }) => `${kind} ${String(repaired)}`)).toEqual([
    "orphan false",
    "waiting false",
    "missing true",
    "extra true",
  ]);
});
