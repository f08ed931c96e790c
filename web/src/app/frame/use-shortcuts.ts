/** The keys that work on every page. */

import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { isTaken } from "@/lib/keys";
import { session } from "@/lib/auth/session";
import { OPEN_WAYS, WAYS } from "./ways";

/** Milliseconds in which a place's key has to follow "g". */
const SEQUENCE = 1_500;

interface Shortcuts {
  openPalette: () => void;
  openHelp: () => void;
}

export function useShortcuts({ openPalette, openHelp }: Shortcuts): void {
  const router = useRouter();
  useEffect(() => {
    let wentAt = -Infinity;
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        openPalette();
        return;
      }
      if (isTaken(event)) return;
      const follows = event.timeStamp - wentAt < SEQUENCE;
      wentAt = -Infinity;
      if (follows) {
        const ways = session.token() === null ? OPEN_WAYS : WAYS;
        const way = ways.find(({ key }) => key === event.key);
        if (way) void router.navigate({ to: way.to });
      } else if (event.key === "g") wentAt = event.timeStamp;
      else if (event.key === "?") openHelp();
      else if (event.key === "/") {
        event.preventDefault();
        if (!focusSearch()) openPalette();
      }
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [router, openPalette, openHelp]);
}

/** Puts the focus into the page's own search field. False when it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  field?.focus();
  return field !== null;
}
