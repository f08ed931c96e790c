/** The pages that the palette leads to. */

import { ChartColumn, Coins, Gauge, UserRound, type LucideIcon } from "lucide-react";
import { paths } from "@/config/paths";
import { OPEN_WAYS, WAYS, type Way } from "../frame/ways";

interface Place {
  to: Way["to"] | (typeof paths)["account" | "plans" | "usage" | "earnings"];
  label: string;
  icon: LucideIcon;
  key?: string;
}

const OTHERS: readonly Place[] = [
  { to: paths.account, label: "Account", icon: UserRound },
  { to: paths.plans, label: "Plans", icon: Gauge },
  { to: paths.usage, label: "Usage", icon: ChartColumn },
  { to: paths.earnings, label: "Earnings", icon: Coins },
];

export function placesFor(isSignedIn: boolean): readonly Place[] {
  return isSignedIn ? [...WAYS, ...OTHERS] : OPEN_WAYS;
}
