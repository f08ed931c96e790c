/** A template's sign: its initial on a hue of its own. */

import { cn } from "@/lib/cn";

/** The same name always has the same hue, between 0 and 359. */
function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 100_003;
  return hash % 360;
}

export function AppIcon({ name, isLarge = false }: { name: string; isLarge?: boolean }) {
  const hue = hueOf(name);
  return (
    <span
      aria-hidden
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-md font-semibold",
        isLarge ? "size-14 text-xl" : "size-10 text-lg",
      )}
      style={{
        background: `light-dark(oklch(0.93 0.045 ${hue}), oklch(0.33 0.06 ${hue}))`,
        color: `light-dark(oklch(0.4 0.1 ${hue}), oklch(0.87 0.08 ${hue}))`,
      }}
    >
      {name.trim().charAt(0).toUpperCase()}
    </span>
  );
}
