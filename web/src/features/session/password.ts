/** Judges a password before it is sent: what the gateway refuses, and how hard it is to guess. */

const LEAST = 8;

/** What the gateway's hash takes, in bytes. */
const MOST = 72;

/** What is wrong with a new password; undefined when the gateway takes it. */
export function fault(password: string): string | undefined {
  if (password.length < LEAST) return `Use at least ${LEAST} characters.`;
  if (new TextEncoder().encode(password).length > MOST) return `Use at most ${MOST} characters.`;
  return undefined;
}

export const STRENGTHS = ["Too short", "Weak", "Fair", "Good", "Strong"] as const;

const COMMON = /pass ?word|qwert|letmein|welcome|admin|hoster|12345|abcde|iloveyou|(.)\1{3}/i;

/** From 0, which is refused, to 4. Length counts most; what everybody guesses first counts nothing. */
export function strength(password: string, email: string): number {
  if (fault(password)) return 0;
  const name = email.split("@", 1)[0] ?? "";
  const isGuessed = COMMON.test(password) || (name.length > 2 && password.toLowerCase().includes(name.toLowerCase()));
  if (isGuessed) return 1;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  const points = (password.length >= 12 ? 1 : 0) + (password.length >= 16 ? 1 : 0) + (kinds >= 3 ? 1 : 0);
  return 1 + points;
}
