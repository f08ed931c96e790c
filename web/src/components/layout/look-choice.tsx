/** Chooses between the three looks: as the system says, light, dark. */

import { Monitor, Moon, Sun, type LucideIcon } from "lucide-react";
import { chooseTheme, useTheme, type Theme } from "@/lib/theme";

const LOOKS: readonly [Theme, string, LucideIcon][] = [
  ["system", "As the system", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
];

export function LookChoice() {
  const chosen = useTheme();
  return (
    <fieldset className="p-2">
      <legend className="sr-only">Look</legend>
      {LOOKS.map(([theme, label, Icon]) => (
        <label
          key={theme}
          className="hover:bg-hover flex h-10 cursor-pointer items-center gap-3 rounded-sm px-2 text-sm"
        >
          <input
            type="radio"
            name="look"
            checked={theme === chosen}
            onChange={() => chooseTheme(theme)}
            className="accent-accent size-4"
          />
          <Icon aria-hidden className="text-muted size-4" />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
