/** What was typed into the forms of a page before a session ended in the middle of it. */

import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { session } from "@/lib/auth/session";
import { forgetTyped, keepAtExpiry, placeOf, typedAt } from "./typed";

/** The place of a form of the page that is shown; it stays when the page goes. */
function usePlace(name: string): string {
  const router = useRouter();
  const [place] = useState(() => placeOf(router.state.location.pathname, name));
  return place;
}

/** Whether something was typed into a form of this page: what holds the form opens itself again. */
export function useWasTyped(name: string): boolean {
  const place = usePlace(name);
  const [wasTyped] = useState(() => typedAt(place) !== undefined);
  return wasTyped;
}

/**
 * What was typed before the session ended, once. `values` tells what to keep when it ends now;
 * undefined for nothing. It is forgotten when the form goes while its author is signed in.
 */
export function useTyped(name: string, values: () => unknown): unknown {
  const place = usePlace(name);
  const [typed] = useState(() => typedAt(place));
  const latest = useRef(values);
  useEffect(() => {
    latest.current = values;
  });
  useEffect(() => {
    const stop = keepAtExpiry(place, () => latest.current());
    return () => {
      stop();
      if (session.token() !== null) forgetTyped(place);
    };
  }, [place]);
  return typed;
}
