/** A long list in a box of its own, of which only what can be seen is drawn. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactNode } from "react";
import { cn } from "@/lib/cn";

const AHEAD = 20;
/** How near the end counts as at the end, in pixels. */
const NEAR = 24;

interface VirtualListProps<T> {
  items: readonly T[];
  keyOf: (item: T) => string | number;
  children: (item: T) => ReactNode;
  label: string;
  /** The height of one row in pixels; rows that wrap are measured as they are. */
  rowHeight: number;
  isWrapping: boolean;
  /** Whether the end stays in sight while the list grows. */
  isFollowing: boolean;
  /** Called when somebody scrolls away from the end, or back to it. */
  onFollow: (isAtEnd: boolean) => void;
  className?: string;
}

export function VirtualList<T>({
  items,
  keyOf,
  children,
  label,
  rowHeight,
  isWrapping,
  isFollowing,
  onFollow,
  className,
}: VirtualListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- what it returns is read in this component alone
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: AHEAD,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });

  const height = rows.getTotalSize();
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, items, height]);
  useEffect(() => {
    rows.measure();
  }, [rows, isWrapping]);

  // Rows that come before what is seen move nothing: the box scrolls by as much.
  const first = useRef<string | number | null>(null);
  useLayoutEffect(() => {
    const before = first.current;
    const [head] = items;
    first.current = head === undefined ? null : keyOf(head);
    if (before === null || before === first.current || isFollowing || !box.current) return;
    const added = items.findIndex((item) => keyOf(item) === before);
    if (added > 0) box.current.scrollTop += added * rowHeight;
  }, [items, keyOf, rowHeight, isFollowing]);

  const noticeEnd = useEffectEvent((seen: HTMLElement) => {
    const isAtEnd = seen.scrollHeight - seen.scrollTop - seen.clientHeight < NEAR;
    if (isAtEnd !== isFollowing) onFollow(isAtEnd);
  });
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const notice = () => noticeEnd(current);
    current.addEventListener("scroll", notice, { passive: true });
    return () => current.removeEventListener("scroll", notice);
  }, []);
  return (
    <div
      ref={box}
      role="log"
      aria-label={label}
      aria-live="off"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
      tabIndex={0}
      className={cn("relative overflow-auto overscroll-contain outline-offset-[-2px]", className)}
    >
      <div className="relative w-max min-w-full" style={{ height, ...(isWrapping && { width: "100%" }) }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <div
              key={row.key}
              data-index={row.index}
              ref={isWrapping ? rows.measureElement : undefined}
              className={cn("min-w-full", isWrapping ? "absolute inset-x-0 top-0" : "absolute top-0 left-0")}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
