/** Gives the focus back to whatever had it when a dialog opened, where that is still there. */

import { useRef } from "react";

/** For the content of a dialog that no trigger of its own opens. */
export function useFocusReturn() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus();
    },
  };
}
