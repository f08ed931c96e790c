/** What the palette can do, beside going to pages. */

import type { AnyRouter } from "@tanstack/react-router";
import { KeyRound, Keyboard, LogIn, LogOut, Moon, Rocket, Server, Sun, SunMoon, UserPlus, type LucideIcon } from "lucide-react";
import { paths } from "@/config/paths";
import { signOut } from "@/features/session/api/sign-out";
import { chooseTheme } from "@/lib/theme";

interface Action {
  label: string;
  /** Other words that find it. */
  keywords: string[];
  icon: LucideIcon;
  act: () => unknown;
}

interface Means {
  isSignedIn: boolean;
  router: AnyRouter;
  onHelp: () => void;
}

export function actionsFor({ isSignedIn, router, onHelp }: Means): Action[] {
  const go = (to: string, search?: object) => () => router.navigate({ to, ...(search && { search }) });
  const anybody: Action[] = [
    { label: "Use the light look", keywords: ["theme", "bright"], icon: Sun, act: () => chooseTheme("light") },
    { label: "Use the dark look", keywords: ["theme", "night"], icon: Moon, act: () => chooseTheme("dark") },
    { label: "Use the system's look", keywords: ["theme", "automatic"], icon: SunMoon, act: () => chooseTheme("system") },
    { label: "Show keyboard shortcuts", keywords: ["help", "keys"], icon: Keyboard, act: onHelp },
  ];
  if (!isSignedIn) {
    return [
      { label: "Sign in", keywords: ["login"], icon: LogIn, act: go(paths.signIn) },
      { label: "Sign up", keywords: ["register", "account"], icon: UserPlus, act: go(paths.signUp) },
      ...anybody,
    ];
  }
  return [
    { label: "Deploy an app", keywords: ["new", "install", "start"], icon: Rocket, act: go(paths.catalogue) },
    { label: "Create a server", keywords: ["new", "droplet", "node", "provision"], icon: Server, act: go(paths.nodes, { create: true }) },
    { label: "Add a key", keywords: ["credential", "ssh", "token"], icon: KeyRound, act: go(paths.credentials) },
    ...anybody,
    { label: "Sign out", keywords: ["logout", "leave"], icon: LogOut, act: signOut },
  ];
}
