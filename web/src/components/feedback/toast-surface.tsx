/** Where notes are shown: at the foot of the page, at most three at a time. */

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect } from "react";
import { toast as show, Toaster } from "sonner";
import { useWaitingNotes, type Note } from "./toasts";

const SHORT = 5_000;

export default function ToastSurface() {
  const { notes } = useWaitingNotes();
  useEffect(() => {
    if (notes.length === 0) return;
    useWaitingNotes.setState({ notes: [] });
    notes.forEach(put);
  }, [notes]);
  useEffect(() => () => void show.dismiss(), []);
  return (
    <Toaster
      position="bottom-right"
      theme="light"
      closeButton
      visibleToasts={3}
      containerAriaLabel="Notes"
      icons={{
        success: <CircleCheck aria-hidden className="text-run size-4" />,
        error: <CircleAlert aria-hidden className="text-fail size-4" />,
        close: <X aria-hidden className="size-4" />,
      }}
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: "Dismiss",
        classNames: {
          toast:
            "border-line bg-raised text-text flex w-full items-start gap-2 rounded-md border py-3 pr-12 pl-3 text-sm sm:w-[380px]",
          icon: "mt-0.5 shrink-0",
          content: "min-w-0 flex-1 break-words",
          actionButton:
            "text-accent hover:bg-hover -my-1 shrink-0 rounded-sm px-2 py-1 font-medium whitespace-nowrap",
          closeButton:
            "text-muted hover:bg-hover hover:text-text absolute top-1.5 right-2 flex size-8 items-center justify-center rounded-sm",
        },
      }}
    />
  );
}

function put({ tone, text, action }: Note): void {
  const more = action ? { action } : {};
  if (tone === "done") show.success(text, { duration: SHORT, ...more });
  else show.error(text, { duration: Infinity, ...more });
}
