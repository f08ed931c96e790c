/** Keeps the token of the person who is signed in, in this and every other tab. */

import { create } from "zustand";

const KEY = "hoster-session";
/** Tells the other tabs why a session is over; there while there is none. */
const ENDING = "hoster-session-ending";

/** Why a session is over: its owner left, the gateway no longer takes it, another tab ended it. */
export type Ending = "left" | "expired" | "elsewhere";

interface Session {
  token: string | null;
  /** How the last session ended, while there is none. */
  ending: Ending | null;
}

export const useSession = create<Session>(() => ({ token: localStorage.getItem(KEY), ending: null }));

/** Takes over what the browser keeps: another tab has changed it. */
function adopt(): void {
  const token = localStorage.getItem(KEY);
  if (token === session.token()) return;
  const isExpired = localStorage.getItem(ENDING) === "expired";
  useSession.setState({ token, ending: token !== null ? null : isExpired ? "expired" : "elsewhere" });
}

window.addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) adopt();
});

export const session = {
  token: (): string | null => useSession.getState().token,

  begin(token: string): void {
    localStorage.removeItem(ENDING);
    localStorage.setItem(KEY, token);
    useSession.setState({ token, ending: null });
  },

  end(ending: Ending = "left"): void {
    localStorage.setItem(ENDING, ending);
    localStorage.removeItem(KEY);
    useSession.setState({ token: null, ending });
  },

  /** Ends the session that `token` belonged to, unless another has begun meanwhile. */
  expire(token: string | null): void {
    if (token === null || token !== session.token()) return;
    if (localStorage.getItem(KEY) === token) session.end("expired");
    else adopt();
  },
};

/** Tells whether somebody is signed in. */
export function useSignedIn(): boolean {
  return useSession(({ token }) => token !== null);
}
