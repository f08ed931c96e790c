/** Lets things be dropped on an element; buttons beside it do the same without a pointer. */

import { useEffect, useRef, useState } from "react";

export function useDrop(onDrop: (items: DataTransferItemList) => void) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(onDrop);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const ended = new AbortController();
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) latest.current(event.dataTransfer.items);
    };
    element.addEventListener("dragover", over, { signal: ended.signal });
    element.addEventListener("dragleave", () => setOver(false), { signal: ended.signal });
    element.addEventListener("drop", drop, { signal: ended.signal });
    return () => ended.abort();
  }, []);
  return { ref, isOver };
}
