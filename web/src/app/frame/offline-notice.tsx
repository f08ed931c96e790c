/** Says that there is no connection, for as long as there is none; it moves nothing on the page. */

import { onlineManager } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";

const listen = (listener: () => void) => onlineManager.subscribe(listener);

export function OfflineNotice() {
  const isOnline = useSyncExternalStore(listen, () => onlineManager.isOnline());
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-30 flex justify-center">
      {!isOnline && (
        <p className="animate-appear bg-raised border-line-strong flex items-center gap-2 rounded-md border px-3 py-2 text-sm">
          <WifiOff aria-hidden className="text-warn size-4 shrink-0" />
          You are offline. What you see may be old, and goes on by itself when the connection is back.
        </p>
      )}
    </div>
  );
}
