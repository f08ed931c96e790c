/** The pages about money, beside each other. */

import { SectionNav } from "@/components/layout/section-nav";
import { paths } from "@/config/paths";

const PAGES = [
  { to: paths.billing, label: "Bills" },
  { to: paths.usage, label: "Usage" },
  { to: paths.plans, label: "Plan" },
  { to: paths.earnings, label: "Earnings" },
] as const;

export function MoneyNav() {
  return <SectionNav label="Money" pages={PAGES} />;
}
