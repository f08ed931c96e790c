/** Reads what a session's token says of itself; nothing here trusts it. */

/** When the token ends by itself; null where it does not say so. */
export function endOf(token: string): string | null {
  const { exp } = claimsOf(token);
  return typeof exp === "number" ? new Date(exp * 1000).toISOString() : null;
}

/** Whose session it is, by the account's id; null where it does not say so. */
export function subjectOf(token: string): string | null {
  const { sub } = claimsOf(token);
  return typeof sub === "string" && sub !== "" ? sub : null;
}

function claimsOf(token: string): { exp?: unknown; sub?: unknown } {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(body));
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
