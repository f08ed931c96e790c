/** What a look for forgotten servers found, in words. */

import { count } from "@/lib/format";
import type { SweepFinding } from "@/lib/api/types";
import type { Sweep } from "./api/get-sweep";

type Kind = SweepFinding["kind"];

/** Each kind of finding in a few words, what somebody should look at first on top. */
const KINDS: Record<Kind, { title: string; counted: string }> = {
  orphan: { title: "No record of it", counted: "without a record here" },
  waiting: { title: "Failed, and still paid for", counted: "failed and still paid for" },
  unproven: { title: "Not in this account", counted: "not in this account" },
  stuck: { title: "Stuck", counted: "stuck" },
  missing: { title: "Missing at the provider", counted: "missing" },
  gone: { title: "Gone at the provider", counted: "gone" },
  extra: { title: "One too many", counted: "too many" },
  returned: { title: "Came back", counted: "that came back" },
  adopted: { title: "Found again", counted: "found again" },
  unclear: { title: "Another installation's", counted: "of another installation" },
};

const ORDER = Object.keys(KINDS);

export function titleOf({ kind }: SweepFinding): string {
  return KINDS[kind].title;
}

/** The findings, what somebody should look at first on top, what is set right last. */
export function inOrder(findings: SweepFinding[]): SweepFinding[] {
  const rank = (one: SweepFinding) => ORDER.indexOf(one.kind) + (isSetRight(one) ? ORDER.length : 0);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** What a sweep's repair brings to an end. Others are noted by it, and stay to be looked at. */
const ENDED = new Set<Kind>(["extra", "returned", "gone"]);

export function isSetRight({ kind, repaired }: SweepFinding): boolean {
  return repaired && ENDED.has(kind);
}

/** Whether nobody has to do anything about it. */
export function isCalm(finding: SweepFinding): boolean {
  return isSetRight(finding) || finding.kind === "unclear";
}

/** "4 servers, every one accounted for.", or how many are not as they should be. */
export function summary({ servers, findings }: Sweep): string {
  const found = servers === 0 ? "No servers of Hoster there" : count(servers, "server");
  const open = findings.filter((one) => !isCalm(one));
  if (open.length === 0) return servers === 0 ? `${found}.` : `${found}, every one accounted for.`;
  const said = ORDER.flatMap((kind) => {
    const many = open.filter((one) => one.kind === kind).length;
    return many > 0 ? [`${many} ${KINDS[kind as Kind].counted}`] : [];
  });
  return `${found}: ${said.join(", ")}.`;
}
