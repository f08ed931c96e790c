/** Undoes what a page did on leaving, when somebody goes back to it and the browser kept it. */

import { useEffect } from "react";

export function useReturn(undo: () => void): void {
  useEffect(() => {
    const back = ({ persisted }: PageTransitionEvent) => {
      if (persisted) undo();
    };
    window.addEventListener("pageshow", back);
    return () => window.removeEventListener("pageshow", back);
  }, [undo]);
}
