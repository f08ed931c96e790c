/** Short notes at the edge of the page; read out politely, gone by themselves. */

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { Button } from "../ui/button";

interface Toast {
  id: number;
  tone: "done" | "fail";
  text: string;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a note; failures stay until they are closed. */
export function toast(tone: Toast["tone"], text: string): void {
  lastId += 1;
  set([...toasts.slice(-2), { id: lastId, tone, text }]);
}

function dismiss(id: number): void {
  set(toasts.filter((shown) => shown.id !== id));
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div
      aria-live="polite"
      aria-relevant="additions"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-60 flex flex-col items-end gap-2"
    >
      {shown.map((one) => (
        <Note key={one.id} {...one} />
      ))}
    </div>
  );
}

function Note({ id, tone, text }: Toast) {
  useEffect(() => {
    if (tone === "fail") return;
    const timer = setTimeout(() => dismiss(id), 5_000);
    return () => clearTimeout(timer);
  }, [id, tone]);
  const Icon = tone === "done" ? CircleCheck : CircleAlert;
  return (
    <div className="animate-appear border-line bg-raised pointer-events-auto flex w-full max-w-[380px] items-start gap-2 rounded-md border py-2 pr-2 pl-3 text-sm">
      <Icon aria-hidden className={`mt-1 size-4 shrink-0 ${tone === "done" ? "text-run" : "text-fail"}`} />
      <p className="min-w-0 flex-1 py-0.5 break-words">{text}</p>
      <Button look="ghost" size="sm" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
