/** The versions of an app's template: which one it has, which came before, and the way to each. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { cores, size } from "@/lib/format";
import type { Version } from "../../templates/api/list-versions";
import { changesQuery } from "../api/list-changes";
import { isBusy, type Deployment } from "../api/list-deployments";
import { versionBefore } from "../version-steps";

const VersionDialog = lazy(() => import("./version-dialog").then((loaded) => ({ default: loaded.VersionDialog })));

interface VersionListProps {
  deployment: Deployment;
  /** Newest first. */
  versions: Version[];
}

export function VersionList({ deployment, versions }: VersionListProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { data: changes } = useQuery(changesQuery(deployment.id));
  const present = deployment.template_version;
  const before = versionBefore(changes?.events ?? [], present);
  const place = versions.findIndex(({ version }) => version === present);
  const released = versions.filter(({ version, released: isOut }) => isOut || version === present);
  return (
    <Card
      title="Versions"
      aside={
        before !== null && (
          <Button size="sm" disabled={isBusy(deployment)} onClick={() => setChosen(before)}>
            Roll back to {before}
          </Button>
        )
      }
    >
      <ul className="divide-line divide-y">
        {released.map((one) => {
          const isPresent = one.version === present;
          const isNewer = place >= 0 && versions.indexOf(one) < place;
          return (
            <li key={one.version} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
              <div className="min-w-0 flex-1 basis-48">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-mono text-sm font-medium">{one.version}</span>
                  {isPresent && <Status state="present" word="In use" hue="run" />}
                  {one.version === before && <span className="text-muted text-xs">In use before</span>}
                  {one.version === deployment.next_version && <Status state="next" word="Coming" hue="work" />}
                </p>
                <p className="text-muted tnum text-xs">
                  Published <Time at={one.created_at} />, needs {cores(one.resources_cpu_cores ?? 0)} and{" "}
                  {size(one.resources_memory_mb ?? 0)} of memory
                </p>
              </div>
              <Button
                size="sm"
                disabled={isBusy(deployment)}
                onClick={() => setChosen(one.version)}
                aria-label={`${isPresent ? "Redeploy" : isNewer ? "Update to" : "Roll back to"} ${one.version}`}
              >
                {isPresent ? "Redeploy" : isNewer ? "Update" : "Roll back"}
              </Button>
            </li>
          );
        })}
      </ul>
      <Suspense fallback={null}>
        {chosen !== null && <VersionDialog deployment={deployment} version={chosen} onClose={() => setChosen(null)} />}
      </Suspense>
    </Card>
  );
}
