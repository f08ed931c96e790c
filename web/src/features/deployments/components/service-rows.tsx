/** The services of a running app, one compact row each. */

import { Status } from "@/components/feedback/status";
import { Time } from "@/components/ui/time";
import type { Container } from "@/lib/api/types";
import { count } from "@/lib/format";

export function ServiceRows({ containers }: { containers: Container[] }) {
  return (
    <ul className="divide-line divide-y">
      {containers.map((one) => (
        <li key={one.service_name} className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
          <span className="min-w-24 text-sm font-medium">{one.service_name}</span>
          <code className="text-muted min-w-0 flex-1 basis-32 truncate font-mono text-xs">{one.image}</code>
          <span className="text-muted tnum text-xs">
            {one.restarts ? `${count(one.restarts, "restart")}, ` : ""}
            {one.started_at && (
              <>
                up since <Time at={one.started_at} />
              </>
            )}
          </span>
          <Status state={one.health && one.health !== "none" ? one.health : one.status} />
        </li>
      ))}
    </ul>
  );
}
