/** The routes of Settings: one frame, and a page for each of its tabs. */

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { accountQuery } from "@/features/account/api/get-account";
import { bucketsQuery } from "@/features/buckets/api/list-buckets";
import { closingQuery } from "@/features/leaving/api/closing";
import { exportsQuery } from "@/features/leaving/api/list-exports";
import { registriesQuery } from "@/features/registries/api/list-registries";
import { meQuery } from "@/features/session/api/get-me";
import { tokensQuery } from "@/features/tokens/api/list-tokens";
import { account, read } from "./root";

const frame = createRoute({
  getParentRoute: () => account,
  path: paths.settings,
  component: lazyRouteComponent(() => import("../routes/settings"), "SettingsPage"),
});

const profile = createRoute({
  getParentRoute: () => frame,
  path: "/",
  loader: ({ context: { queries } }) => Promise.all([read(queries, meQuery), read(queries, accountQuery)]),
  component: lazyRouteComponent(() => import("../routes/settings-profile"), "SettingsProfile"),
});

const tokens = createRoute({
  getParentRoute: () => frame,
  path: "tokens",
  loader: ({ context: { queries } }) => read(queries, tokensQuery),
  component: lazyRouteComponent(() => import("../routes/settings-tokens"), "SettingsTokens"),
});

const registries = createRoute({
  getParentRoute: () => frame,
  path: "registries",
  loader: ({ context: { queries } }) => read(queries, registriesQuery),
  component: lazyRouteComponent(() => import("../routes/settings-registries"), "SettingsRegistries"),
});

const buckets = createRoute({
  getParentRoute: () => frame,
  path: "buckets",
  loader: ({ context: { queries } }) => read(queries, bucketsQuery),
  component: lazyRouteComponent(() => import("../routes/settings-buckets"), "SettingsBuckets"),
});

const leaving = createRoute({
  getParentRoute: () => frame,
  path: "account",
  loader: ({ context: { queries } }) => Promise.all([read(queries, exportsQuery), read(queries, closingQuery)]),
  component: lazyRouteComponent(() => import("../routes/settings-account"), "SettingsAccount"),
});

const notices = createRoute({
  getParentRoute: () => frame,
  path: "/notices",
  component: lazyRouteComponent(() => import("../routes/settings-notices"), "SettingsNotices"),
});

/** Where the profile was before it had a frame. */
const former = createRoute({
  getParentRoute: () => account,
  path: "/account",
  beforeLoad: () => {
    throw redirect({ to: paths.settings, replace: true });
  },
});

export const settings = [frame.addChildren([profile, tokens, registries, buckets, leaving, notices]), former] as const;
