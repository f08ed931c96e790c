/** What the browser's tab tells of a page's things: whether one is worked on, and whether one failed. */

export type Sign = "failed" | "working" | null;

/** What is told of several things together: a failure before work in hand. */
export function together(signs: readonly Sign[]): Sign {
  if (signs.includes("failed")) return "failed";
  return signs.includes("working") ? "working" : null;
}

/** "1 failed, 2 working"; nothing where nothing is the matter. */
export function counted(signs: readonly Sign[]): string | undefined {
  const parts = (["failed", "working"] as const)
    .map((sign) => ({ sign, number: signs.filter((one) => one === sign).length }))
    .filter(({ number }) => number > 0)
    .map(({ sign, number }) => `${number} ${sign}`);
  return parts.length > 0 ? parts.join(", ") : undefined;
}

/** "Failed", "Working"; nothing where nothing is the matter. */
export function said(sign: Sign): string | undefined {
  return sign === null ? undefined : sign.charAt(0).toUpperCase() + sign.slice(1);
}

/** A page's title: "Failed: My blog · Hoster". */
export function titled(title: string, sign: string | undefined): string {
  return `${sign ? `${sign}: ` : ""}${title} · Hoster`;
}
