/** The ways through the app, for whoever is signed in: in the navigation, the palette and by keys. */

import {
  Activity,
  Box,
  CreditCard,
  House,
  KeyRound,
  LayoutGrid,
  Server,
  type LucideIcon,
} from "lucide-react";
import { paths } from "@/config/paths";

export interface Way {
  to: Place;
  label: string;
  icon: LucideIcon;
  /** Pressed after "g", it leads there. */
  key: string;
  /** Pages that belong to it under paths of their own. */
  holds?: readonly string[];
}

type Place = (typeof paths)["home" | "deployments" | "nodes" | "catalogue" | "credentials" | "billing" | "activity"];

export const HOME: Way = { to: paths.home, label: "Home", icon: House, key: "h" };
export const CATALOGUE: Way = { to: paths.catalogue, label: "Catalogue", icon: LayoutGrid, key: "c" };

export const WAYS: readonly Way[] = [
  HOME,
  { to: paths.deployments, label: "Apps", icon: Box, key: "a" },
  { to: paths.nodes, label: "Servers", icon: Server, key: "s" },
  CATALOGUE,
  { to: paths.credentials, label: "Keys", icon: KeyRound, key: "k" },
  { to: paths.billing, label: "Billing", icon: CreditCard, key: "b", holds: [paths.usage, paths.earnings, paths.plans] },
  { to: paths.activity, label: "Activity", icon: Activity, key: "y" },
];

/** The ways that are open without an account. */
export const OPEN_WAYS: readonly Way[] = [CATALOGUE];
