/**
 * Keeps what somebody typed while they sign in again: in this tab alone, for them alone.
 *
 * It is written at the moment when a session ends by itself, so that nothing typed lies around
 * while all is well. What must not be written is up to each form: secrets never are.
 */

import { session, useSession } from "@/lib/auth/session";
import { subjectOf } from "@/lib/auth/token";

const PREFIX = "hoster-typed:";

interface Kept {
  /** The account that typed it. */
  by: string;
  values: unknown;
}

/** A form by the path of its page and its own name. */
export function placeOf(path: string, name: string): string {
  return `${PREFIX}${path}#${name}`;
}

/** What the one who is signed in typed into a form before; undefined where that is nothing. */
export function typedAt(place: string): unknown {
  const kept = read(place);
  const token = session.token();
  return kept && token !== null && kept.by === subjectOf(token) ? kept.values : undefined;
}

export function forgetTyped(place: string): void {
  sessionStorage.removeItem(place);
}

/** Forgets what was typed by anybody but `subject`; by everybody, for null. */
export function forgetTypedOfOthers(subject: string | null): void {
  for (const place of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
    if (subject === null || read(place)?.by !== subject) sessionStorage.removeItem(place);
  }
}

/** Keeps what `values` gives once the session ends by itself; undefined is nothing to keep. */
export function keepAtExpiry(place: string, values: () => unknown): () => void {
  return useSession.subscribe((now, before) => {
    if (now.token !== null || now.ending !== "expired" || before.token === null) return;
    const by = subjectOf(before.token);
    const typed = by === null ? undefined : values();
    if (typed !== undefined) write(place, { by: by ?? "", values: typed });
  });
}

function read(place: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** A browser that has no room left, or keeps nothing, loses what was typed; nothing else fails. */
function write(place: string, kept: Kept): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(kept));
  } catch {
    sessionStorage.removeItem(place);
  }
}
