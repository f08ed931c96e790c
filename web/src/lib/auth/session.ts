/** Keeps the token of the person who is signed in, in this and every other tab. */

import { useSyncExternalStore } from "react";

const KEY = "hoster-session";
const listeners = new Set<() => void>();

function announce(): void {
  for (const listener of listeners) listener();
}

window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) announce();
});

export const session = {
  token: (): string | null => localStorage.getItem(KEY),

  begin(token: string): void {
    localStorage.setItem(KEY, token);
    announce();
  },

  end(): void {
    localStorage.removeItem(KEY);
    announce();
  },

  /** Ends the session that `token` belonged to, unless another has begun meanwhile. */
  expire(token: string | null): void {
    if (token !== null && localStorage.getItem(KEY) === token) session.end();
  },

  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Tells whether somebody is signed in. */
export function useSignedIn(): boolean {
  return useSyncExternalStore(session.subscribe, session.token) !== null;
}
