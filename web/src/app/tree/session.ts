/** The routes by which people come in. */

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { session } from "@/lib/auth/session";
import { entranceSearch } from "@/lib/search-params";
import { root } from "./root";

/** Whoever is in goes on, to where they wanted: after signing in here or in another tab. */
function goOn({ search }: { search: { from?: string | undefined } }): void {
  if (session.token() !== null) throw redirect({ href: search.from ?? paths.home, replace: true });
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  validateSearch: entranceSearch,
  beforeLoad: goOn,
  component: lazyRouteComponent(() => import("../routes/sign-in"), "SignIn"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: paths.signUp,
  validateSearch: entranceSearch,
  beforeLoad: goOn,
  component: lazyRouteComponent(() => import("../routes/sign-up"), "SignUp"),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: paths.forgotPassword,
  component: lazyRouteComponent(() => import("../routes/forgot-password"), "ForgotPassword"),
});

/** Letters lead here, also in a browser in which somebody is signed in. */
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: paths.resetPassword,
  component: lazyRouteComponent(() => import("../routes/reset-password"), "ResetPassword"),
});

const confirmAddress = createRoute({
  getParentRoute: () => root,
  path: paths.confirmAddress,
  component: lazyRouteComponent(() => import("../routes/confirm-address"), "ConfirmAddress"),
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: paths.unsubscribe,
  component: lazyRouteComponent(() => import("../routes/unsubscribe"), "Unsubscribe"),
});

export const entrances = [signIn, signUp, forgotPassword, resetPassword, confirmAddress, unsubscribe] as const;
