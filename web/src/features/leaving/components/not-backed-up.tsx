/** The apps that were not backed up before an export that was to do it, each with its reason. */

import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { count } from "@/lib/format";
import type { ExportAttributes } from "@/lib/api/types";

type Left = NonNullable<ExportAttributes["not_backed_up"]>;

export function NotBackedUp({ apps }: { apps: Left }) {
  if (apps.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>{count(apps.length, "app")} could not be backed up first. Their data is of the backup before, as far as there is one.</p>
      <ul aria-label="Apps that were not backed up" className="mt-1 list-disc pl-4 text-xs">
        {apps.map(({ deployment_id: id, name, reason }) => (
          <li key={id}>
            <Link to="/deployments/$id/backups" params={{ id }} className="underline">
              {name}
            </Link>
            : {reason}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
