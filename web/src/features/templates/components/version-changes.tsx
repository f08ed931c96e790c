/** What a version changes of another one, risks for data first. */

import { Notice } from "@/components/feedback/notice";
import type { VersionChange, VersionDifference } from "@/lib/api/types";
import { changeWords } from "../version-words";

export function VersionChanges({ difference }: { difference: VersionDifference }) {
  const { changes, risks, is_planned: isPlanned } = difference;
  return (
    <div className="grid gap-3 text-sm">
      {risks.map(({ code, service, message }) => (
        <Notice key={`${code} ${service} ${message}`} tone="warn">
          <span className="font-medium">{service}:</span> {message}
        </Notice>
      ))}
      {!isPlanned && (
        <Notice tone="info">
          One of the two no longer fits today&apos;s rules: services are not compared. Look at the text.
        </Notice>
      )}
      {changes.length > 0 ? (
        <ul className="space-y-1">
          {changes.map((one) => (
            <Change key={`${one.kind} ${one.name}`} change={one} />
          ))}
        </ul>
      ) : (
        isPlanned && <p className="text-muted">What runs stays as it is.</p>
      )}
    </div>
  );
}

function Change({ change }: { change: VersionChange }) {
  const { sign, what, detail } = changeWords(change);
  const hue = { "+": "text-run", "−": "text-fail", "~": "text-muted" }[sign];
  return (
    <li className="grid grid-cols-[1ch_minmax(0,1fr)] gap-x-2">
      <span aria-hidden className={`font-mono ${hue}`}>
        {sign}
      </span>
      <span className="min-w-0 break-words">
        {what}
        {detail && <span className="text-muted tnum block font-mono text-xs">{detail}</span>}
      </span>
    </li>
  );
}
