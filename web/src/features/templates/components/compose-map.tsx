/** What a compose text runs, drawn. The reader of YAML is loaded with the drawing. */

import { lazy, Suspense } from "react";
import { Skeleton } from "@/components/ui/skeleton";

const Map = lazy(() => import("./read-map"));

export function ComposeMap({ text }: { text: string }) {
  return (
    <Suspense
      fallback={
        <div className="p-4">
          <Skeleton label="Drawing what runs" rows={2} />
        </div>
      }
    >
      <Map text={text} />
    </Suspense>
  );
}
