/** Keeps people from losing what they wrote: leaving the page is asked about first. */

import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { session } from "@/lib/auth/session";

export function useLeaveGuard(isDirty: boolean) {
  const isLet = useRef(false);
  // Whose session ended is led to sign in, and finds what was written on coming back.
  const isHeld = () => isDirty && !isLet.current && session.token() !== null;
  const blocker = useBlocker({ shouldBlockFn: isHeld, enableBeforeUnload: isHeld, withResolver: true });
  return {
    isAsked: blocker.status === "blocked",
    leave: () => blocker.proceed?.(),
    stay: () => blocker.reset?.(),
    /** What was written is kept elsewhere now. */
    letGo: () => {
      isLet.current = true;
    },
  };
}

export type LeaveGuard = ReturnType<typeof useLeaveGuard>;
