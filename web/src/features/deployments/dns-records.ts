/** The records that a host name needs, each with what was found of it. */

import type { DnsCheck, DnsInstruction, Domain } from "@/lib/api/types";

export interface WantedRecords {
  /** Where they stand. */
  name: string;
  /** Those to make there; several for several addresses, or one in place of the others. */
  instructions: DnsInstruction[];
  /** What the last look found; null before it. */
  check: DnsCheck | null;
}

/** In the order in which they are asked for. */
export function wantedRecords({ instructions, records }: Pick<Domain, "instructions" | "records">): WantedRecords[] {
  const wanted = new Map<string, DnsInstruction[]>();
  for (const one of instructions ?? []) wanted.set(one.name, [...(wanted.get(one.name) ?? []), one]);
  return [...wanted].map(([name, those]) => ({
    name,
    instructions: those,
    check: records?.find((one) => one.name === name) ?? null,
  }));
}

/** The records as lines of a zone file, to be pasted where a provider takes them. */
export function zoneText(instructions: DnsInstruction[]): string {
  return instructions
    .filter(({ priority, type }) => priority === "required" && type !== "ALIAS")
    .map(({ type, name, value }) => {
      const shown = type === "TXT" ? `"${value}"` : type === "CNAME" ? `${value}.` : value;
      return `${name}. 300 IN ${type} ${shown}`;
    })
    .join("\n");
}
