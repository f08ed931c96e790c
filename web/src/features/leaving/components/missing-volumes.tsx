/** The volumes whose data is not in an export. */

import { Notice } from "@/components/feedback/notice";
import { count } from "@/lib/format";
import type { ExportAttributes } from "@/lib/api/types";

type Missing = NonNullable<ExportAttributes["missing_volumes"]>;

export function MissingVolumes({ volumes }: { volumes: Missing }) {
  if (volumes.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>
        The data of {count(volumes.length, "volume")} is not in it. Copy it from the servers as each app’s RUNBOOK.md
        says, before you delete anything.
      </p>
      <ul aria-label="Volumes that are not in the export" className="mt-1 font-mono text-xs">
        {volumes.map(({ volume }) => (
          <li key={volume} className="break-all">
            {volume}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
