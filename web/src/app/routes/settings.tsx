/** Settings: what is one's own and of no single app, in tabs that have a URL each. */

import { Outlet, useLocation } from "@tanstack/react-router";
import { PageHead } from "@/components/layout/page-head";
import { SectionNav } from "@/components/layout/section-nav";
import { paths } from "@/config/paths";

const TABS = [
  { to: paths.settings, label: "Profile", isFirst: true },
  { to: paths.tokens, label: "Tokens" },
  { to: paths.settingsNotices, label: "Notices" },
  { to: paths.registries, label: "Registries" },
  { to: paths.buckets, label: "Buckets" },
  { to: paths.leaving, label: "Account" },
] as const;

export function SettingsPage() {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const tab = TABS.find(({ to }) => to === path && to !== paths.settings);
  return (
    <>
      <PageHead title="Settings" sign={tab?.label} />
      <SectionNav label="Settings" pages={TABS} />
      <Outlet />
    </>
  );
}
