/** The pages that the palette leads to. */

import { Archive, ChartColumn, Coins, Gauge, KeyRound, Settings, type LucideIcon } from "lucide-react";
import { paths } from "@/config/paths";
import { OPEN_WAYS, WAYS, type Way } from "../frame/ways";

interface Place {
  to: Way["to"] | (typeof paths)["backups" | "settings" | "tokens" | "plans" | "usage" | "earnings"];
  label: string;
  icon: LucideIcon;
  key?: string;
}

const OTHERS: readonly Place[] = [
  { to: paths.backups, label: "Backups", icon: Archive },
  { to: paths.settings, label: "Settings", icon: Settings },
  { to: paths.tokens, label: "API tokens", icon: KeyRound },
  { to: paths.plans, label: "Plans", icon: Gauge },
  { to: paths.usage, label: "Usage", icon: ChartColumn },
  { to: paths.earnings, label: "Earnings", icon: Coins },
];

export function placesFor(isSignedIn: boolean): readonly Place[] {
  return isSignedIn ? [...WAYS, ...OTHERS] : OPEN_WAYS;
}
