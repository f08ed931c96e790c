import { expect, it } from "vitest";
import { provision } from "@/testing/records";
import type { Provision } from "./api/list-provisions";
import { endedLately } from "./endings";

const NOW = Date.parse("2026-01-10T12:00:00Z");

function ended(reason: Provision["ended_reason"], at: string): Provision {
  return { ...provision({ status: "destroyed", ended_reason: reason, updated_at: at }).attributes, id: at };
}

it("tells for a week of servers that nobody destroyed here", () => {
  const known = [
    ended("gone_at_provider", "2026-01-10T11:00:00Z"),
    ended("declared_gone", "2026-01-04T12:00:00Z"),
    ended("gone_at_provider", "2026-01-01T12:00:00Z"),
    ended("destroyed", "2026-01-10T10:00:00Z"),
    ended(null, "2026-01-10T09:00:00Z"),
  ];

  expect(endedLately(known, NOW).map(({ id }) => id)).toEqual(["2026-01-10T11:00:00Z", "2026-01-04T12:00:00Z"]);
});
