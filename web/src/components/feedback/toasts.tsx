/** Short notes at the edge of the page; read out politely, gone by themselves. */

import { lazy, Suspense } from "react";
import { create } from "zustand";

export interface Note {
  tone: "done" | "fail";
  text: string;
  /** What can be done about it: undo it, look at it. */
  action?: { label: string; onClick: () => void } | undefined;
}

/** Notes that nobody has seen yet. */
export const useWaitingNotes = create<{ notes: Note[] }>(() => ({ notes: [] }));

/** Shows a note; failures stay until they are closed. */
export function toast(tone: Note["tone"], text: string, action?: Note["action"]): void {
  useWaitingNotes.setState(({ notes }) => ({ notes: [...notes, { tone, text, action }] }));
}

// What shows them is fetched once the page stands.
const ToastSurface = lazy(() => import("./toast-surface"));

export function Toasts() {
  return (
    <Suspense fallback={null}>
      <ToastSurface />
    </Suspense>
  );
}
