/** Servers of the last days that nobody destroyed here, why they ended, and what ended with them. */

import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { providerName } from "../../credentials/providers";
import type { Provision } from "../api/list-provisions";
import { endingOf } from "../endings";

interface EndedServersProps {
  provisions: Provision[];
  /** The names of the apps that ended with a server. */
  appsOf: (provision: Provision) => string[];
}

export function EndedServers({ provisions, appsOf }: EndedServersProps) {
  return (
    <Card title="Ended in the last 7 days" className="mt-6">
      <ul className="divide-line divide-y">
        {provisions.map((provision) => {
          const apps = appsOf(provision);
          return (
            <li key={provision.id} className="flex min-h-11 flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2">
              <span className="text-sm font-medium">{provision.instance_name}</span>
              <span className="text-muted min-w-0 flex-1 basis-52 text-xs break-words">
                {providerName(provision.provider)} · {provision.region}. {endingOf(provision)}
                {apps.length > 0 && ` Ended with it: ${apps.join(", ")}.`}
              </span>
              <span className="text-muted text-xs">
                <Time at={provision.updated_at} />
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
