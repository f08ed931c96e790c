/** Reads what a session's token says of itself; nothing here trusts it. */

/** When the token ends by itself; null where it does not say so. */
export function endOf(token: string): string | null {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(body)) as { exp?: unknown };
    return typeof exp === "number" ? new Date(exp * 1000).toISOString() : null;
  } catch {
    return null;
  }
}
