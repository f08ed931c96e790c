/** The present, ticking once a second while something is measured against it. */

import { useEffect, useState } from "react";

export function useNow(isTicking = false): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), isTicking ? 1_000 : 30_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
