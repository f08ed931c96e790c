/** What happened last, whatever it was about. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { reason } from "@/lib/api/errors";
import { trailQuery } from "../../activity/api/list-trail";
import { thingOf } from "../../activity/kinds";
import { told } from "../../activity/told";

const MOST = 8;

export function RecentCard({ names }: { names: ReadonlyMap<string, string> }) {
  const { data, error } = useInfiniteQuery(trailQuery({}));
  const events = data?.pages[0]?.items.slice(0, MOST) ?? [];
  return (
    <Card title="What happened" aside={<LinkButton to={paths.activity} look="ghost" size="sm" className="-mr-2">All activity</LinkButton>}>
      {data && events.length === 0 && <p className="text-muted px-4 py-3 text-sm">Nothing has happened yet.</p>}
      {error && <p className="text-muted px-4 py-3 text-sm">{reason(error)}</p>}
      <ul className="divide-line divide-y">
        {events.map(({ id, resource_type: type, resource_id: resource, message, at }) => {
          const { noun, icon: Icon } = thingOf(type);
          return (
            <li key={id} className="flex items-start gap-3 px-4 py-2.5">
              <Icon aria-hidden className="text-muted mt-0.5 size-4 shrink-0" />
              <div className="min-w-0 flex-1">
                <p className="line-clamp-2 text-sm break-words">{told(message, names)}</p>
                <p className="text-muted flex justify-between gap-3 text-xs">
                  <span className="truncate">{names.get(resource ?? "") ?? noun}</span>
                  {at && (
                    <span className="shrink-0">
                      <Time at={at} />
                    </span>
                  )}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
