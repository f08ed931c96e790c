/** The routes by which people come in. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { entranceSearch } from "@/lib/search-params";
import { root } from "./root";

const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  validateSearch: entranceSearch,
  component: lazyRouteComponent(() => import("../routes/sign-in"), "SignIn"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: paths.signUp,
  validateSearch: entranceSearch,
  component: lazyRouteComponent(() => import("../routes/sign-up"), "SignUp"),
});

export const entrances = [signIn, signUp] as const;
