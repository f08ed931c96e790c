/** The versions of a template, newest first, and which one a deployment gets. */

import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import type { Template } from "../api/list-templates";
import type { Version } from "../api/list-versions";

/** Versions that are told; the source card reads any of them. */
const MOST = 8;

export function VersionsCard({ template, versions }: { template: Template; versions: Version[] }) {
  return (
    <Card title="Versions">
      <ul className="divide-line divide-y text-sm">
        {versions.slice(0, MOST).map(({ id, version, released, created_at }) => (
          <li key={id} className="flex min-h-10 flex-wrap items-center gap-x-3 px-4 py-2">
            <span className="tnum font-mono text-xs">{version}</span>
            {version === template.version && <span className="text-accent text-xs font-medium">Present</span>}
            {!released && <span className="text-muted text-xs">Draft</span>}
            <span className="text-muted ml-auto text-xs">
              <Time at={created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
