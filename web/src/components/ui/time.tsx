/** A time as its distance from now, the exact one on hover. */

import { ago, exact } from "@/lib/format";
import { useNow } from "@/lib/use-now";

export function Time({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)} className="tnum">
      {ago(at, now)}
    </time>
  );
}
