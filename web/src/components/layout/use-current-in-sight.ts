/** Brings the link to the page that is shown into sight, in a bar that is wider than the window. */

import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef, type RefObject } from "react";

/** How much of the link before it is seen, in pixels. */
const SEEN_BEFORE = 48;

export function useCurrentInSight(): RefObject<HTMLElement | null> {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (bar.current && current) bar.current.scrollLeft = current.offsetLeft - bar.current.offsetLeft - SEEN_BEFORE;
  }, [pathname]);
  return bar;
}
