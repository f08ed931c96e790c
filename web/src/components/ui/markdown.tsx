/** Shows a text written in Markdown. Loaded when shown, or ahead. */

import { Suspense } from "react";
import { loadedLater } from "@/lib/loaded-later";
import { Skeleton } from "./skeleton";

export const Prose = loadedLater(() => import("./prose/prose"));

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton label="Loading the text" />}>
      <Prose text={text} />
    </Suspense>
  );
}
