/** A webhook's secret, the one time that it is shown. */

import { Notice } from "@/components/feedback/notice";
import { ShownOnce } from "@/components/ui/shown-once";

export function ShownSecret({ secret }: { secret: string | null }) {
  if (secret === null) return <Notice tone="info">The secret was shown before and is not shown again.</Notice>;
  return (
    <ShownOnce
      label="Secret"
      text={secret}
      hint="This is the only time that it is shown. Your receiver verifies signatures with it."
    />
  );
}
