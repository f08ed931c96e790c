import { describe, expect, it } from "vitest";
import type { InvoiceItem } from "@/lib/api/types";
import { item } from "@/testing/money";
import { sentenceOf } from "./sentences";

const CASES: [string, Partial<InvoiceItem>, string][] = [
  ["a part of a month", {}, "Running 11 d 4 h of 30 d at $5.00"],
  ["some hours", { seconds: 5_400 }, "Running 1 h 30 min of 30 d at $5.00"],
  ["a whole month", { seconds: 2_592_000 }, "Running all 30 d at $5.00"],
  ["a shorter month", { month: "2027-02", seconds: 86_400 * 3 }, "Running 3 d 0 h of 28 d at $5.00"],
  ["less than was billed", { kind: "correction", seconds: -7_200, cents: -1 }, "It ran 2 h 0 min less in November 2026 than was billed"],
  ["more than was billed", { kind: "correction", seconds: 60, cents: 1 }, "It ran 1 min 0 s more in November 2026 than was billed"],
  ["too little to charge", { kind: "carried", cents: 12 }, "November 2026 came to too little to be charged by itself"],
  ["what was left over", { kind: "carried", cents: -300 }, "What was in your favour at the end of November 2026"],
  ["a credit", { kind: "credit", cents: -300 }, "Given to you, so you owe less"],
  ["a plan", { kind: "plan", seconds: 2_592_000, cents: 900 }, "From the payment on"],
  ["what was left of a plan", { kind: "plan", seconds: -86_400, cents: -30 }, "Taken off: it was paid already"],
  ["a dispute", { kind: "dispute", cents: 300 }, "Your bank took this payment back, so it is owed again"],
];

describe("a line says how it comes to its amount:", () => {
  it.each(CASES)("%s", (_name, over, said) => {
    expect(sentenceOf(item(over), "USD")).toBe(said);
  });
});

it("writes the price in the invoice's own currency", () => {
  expect(sentenceOf(item(), "EUR")).toBe("Running 11 d 4 h of 30 d at €5.00");
});
