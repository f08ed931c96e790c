/** The records to make for a host name, to be copied, and the verdict on each. */

import { CopyButton } from "@/components/ui/copy-button";
import { Status, type Hue } from "@/components/feedback/status";
import type { DnsCheck, DnsInstruction, Domain } from "@/lib/api/types";
import { cn } from "@/lib/cn";
import { duration } from "@/lib/format";
import { wantedRecords, zoneText, type WantedRecords } from "../dns-records";

export function DnsRecords({ domain }: { domain: Domain }) {
  const wanted = wantedRecords(domain);
  return (
    <section aria-label={`DNS records of ${domain.hostname}`} className="border-line rounded-md border">
      <header className="border-line flex min-h-10 items-center justify-between gap-3 border-b px-3 py-1">
        <h4 className="text-xs font-semibold">Make these records at your DNS provider, and keep them</h4>
        <CopyButton text={zoneText(domain.instructions ?? [])} label="Copy the records as a zone file" />
      </header>
      <ul className="divide-line divide-y">
        {wanted.map((one) => (
          <li key={one.name} className="grid gap-2 px-3 py-3">
            <Records records={one} />
            <Found check={one.check} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Records({ records: { instructions, name } }: { records: WantedRecords }) {
  return instructions.map((one, index) => (
    <dl
      key={`${one.type} ${one.value}`}
      className="grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 gap-y-2 text-xs sm:grid-cols-[64px_minmax(0,1fr)_minmax(0,1fr)]"
    >
      <div>
        <dt className="sr-only">Type</dt>
        <dd className="flex min-h-7 items-center font-mono font-medium">{one.type}</dd>
      </div>
      <Pasted label="Name" text={name} />
      <Pasted label="Value" text={one.value} className="col-start-2 sm:col-start-3" />
      {index > 0 && one.priority === "alternative" && <Alternative one={one} />}
    </dl>
  ));
}

function Alternative({ one }: { one: DnsInstruction }) {
  return (
    <div className="text-muted col-span-full col-start-2">
      <dt className="sr-only">When</dt>
      <dd>Instead of the above, where your provider has {one.type} records.</dd>
    </div>
  );
}

function Pasted({ label, text, className }: { label: string; text: string; className?: string }) {
  return (
    <div className={cn("min-w-0", className)}>
      <dt className="sr-only">{label}</dt>
      <dd className="flex min-h-7 items-center gap-1">
        <span className="min-w-0 font-mono break-all">{text}</span>
        <CopyButton text={text} label={`Copy the ${label.toLowerCase()} ${text}`} />
      </dd>
    </div>
  );
}

const VERDICTS: Record<DnsCheck["verdict"], { word: string; hue: Hue }> = {
  ok: { word: "Found", hue: "run" },
  missing: { word: "Not found", hue: "warn" },
  wrong: { word: "Another value", hue: "warn" },
  unreachable: { word: "Cannot be asked", hue: "warn" },
};

function Found({ check }: { check: DnsCheck | null }) {
  if (!check) return <p className="text-muted min-h-6 text-xs">Not looked at yet.</p>;
  const { word, hue } = VERDICTS[check.verdict];
  const where = [
    check.server && `at ${check.server}`,
    check.ttl !== null && `others may keep it for ${duration(check.ttl)}`,
  ].filter(Boolean);
  return (
    <div className="grid gap-1 text-xs">
      <p className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1">
        <Status state={check.verdict} word={word} hue={hue} />
        <span className="text-muted min-w-0 break-words">{where.join(", ")}</span>
      </p>
      {check.verdict === "wrong" && (
        <p className="min-w-0 font-mono break-all">
          <span className="text-muted font-sans">Found: </span>
          {check.found.join(", ")}
        </p>
      )}
      {check.advice && <p className="break-words">{check.advice}</p>}
    </div>
  );
}
