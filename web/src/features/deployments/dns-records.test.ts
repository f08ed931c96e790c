import { expect, it } from "vitest";
import type { DnsCheck, DnsInstruction } from "@/lib/api/types";
import { wantedRecords, zoneText } from "./dns-records";

const PROOF: DnsInstruction = {
  type: "TXT",
  name: "_hoster-challenge.example.com",
  value: "token",
  priority: "required",
};
const WAYS: DnsInstruction[] = [
  { type: "A", name: "example.com", value: "192.0.2.1", priority: "required" },
  { type: "AAAA", name: "example.com", value: "2001:db8::1", priority: "required" },
  { type: "ALIAS", name: "example.com", value: "app.apps.example", priority: "alternative" },
];
const FOUND: DnsCheck = {
  type: "A",
  name: "example.com",
  expected: ["192.0.2.1"],
  found: ["192.0.2.9"],
  server: "ns1.example.com",
  ttl: 300,
  verdict: "wrong",
  advice: "Make an A record.",
};

it("puts records of one name together, with what was found there", () => {
  expect(wantedRecords({ instructions: [PROOF, ...WAYS], records: [FOUND] })).toEqual([
    { name: PROOF.name, instructions: [PROOF], check: null },
    { name: "example.com", instructions: WAYS, check: FOUND },
  ]);
});

it("wants nothing of an automatic name", () => {
  expect(wantedRecords({ instructions: null, records: null })).toEqual([]);
});

it("writes what has to be made as a zone file wants it", () => {
  const alias: DnsInstruction = { type: "CNAME", name: "www.example.com", value: "app.apps.example", priority: "required" };
  expect(zoneText([PROOF, ...WAYS, alias])).toBe(
    [
      '_hoster-challenge.example.com. 300 IN TXT "token"',
      "example.com. 300 IN A 192.0.2.1",
      "example.com. 300 IN AAAA 2001:db8::1",
      "www.example.com. 300 IN CNAME app.apps.example.",
    ].join("\n"),
  );
});
