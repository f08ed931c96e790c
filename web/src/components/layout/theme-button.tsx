/** Goes through the three looks: as the system says, light, dark. */

import { Monitor, Moon, Sun } from "lucide-react";
import { chooseTheme, useTheme, type Theme } from "@/lib/theme";
import { Button } from "../ui/button";

const THEMES: Record<Theme, { icon: typeof Sun; label: string; next: Theme }> = {
  system: { icon: Monitor, label: "Look: as the system", next: "light" },
  light: { icon: Sun, label: "Look: light", next: "dark" },
  dark: { icon: Moon, label: "Look: dark", next: "system" },
};

export function ThemeButton({ className }: { className?: string }) {
  const { icon: Icon, label, next } = THEMES[useTheme()];
  return (
    <Button look="ghost" size="icon" aria-label={label} title={label} className={className} onClick={() => chooseTheme(next)}>
      <Icon aria-hidden />
    </Button>
  );
}
