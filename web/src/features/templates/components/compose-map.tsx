/** What a compose text runs, drawn. The reader of YAML is loaded with the drawing. */

import { Suspense } from "react";
import { loadedLater } from "@/lib/loaded-later";
import { Skeleton } from "@/components/ui/skeleton";

export const ReadMap = loadedLater(() => import("./read-map"));

export function ComposeMap({ text }: { text: string }) {
  return (
    <Suspense
      fallback={
        <div className="p-4">
          <Skeleton label="Drawing what runs" rows={2} />
        </div>
      }
    >
      <ReadMap text={text} />
    </Suspense>
  );
}
