/** Keeps people from losing what they wrote: leaving the page, or the editor, is asked about first. */

import { useBlocker } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { session } from "@/lib/auth/session";

export function useLeaveGuard(isDirty: boolean) {
  const isLet = useRef(false);
  // Whose session ended is led to sign in, and finds what was written on coming back.
  const isHeld = () => isDirty && !isLet.current && session.token() !== null;
  const blocker = useBlocker({ shouldBlockFn: isHeld, enableBeforeUnload: isHeld, withResolver: true });
  const [way, setWay] = useState<{ go: () => void }>();
  const letGo = () => {
    isLet.current = true;
  };
  const pass = (go: () => void) => {
    letGo();
    go();
  };
  return {
    isAsked: blocker.status === "blocked" || way !== undefined,
    leave: () => {
      setWay(undefined);
      blocker.proceed?.();
      if (way) pass(way.go);
    },
    stay: () => {
      setWay(undefined);
      blocker.reset?.();
    },
    /** Goes a way out of the editor, at once where nothing is lost by it. */
    leaveBy: (go: () => void, isLost: boolean) => {
      if (isLost) setWay({ go });
      else pass(go);
    },
    /** What was written is kept elsewhere now. */
    letGo,
  };
}

export type LeaveGuard = ReturnType<typeof useLeaveGuard>;
