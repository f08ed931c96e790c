/** Shows a text written in Markdown. Loaded when shown. */

import { lazy, Suspense } from "react";
import { Skeleton } from "./skeleton";

const Prose = lazy(() => import("./prose/prose"));

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton label="Loading the text" />}>
      <Prose text={text} />
    </Suspense>
  );
}
