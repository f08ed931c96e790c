/** Addresses that other Hosters and people know: each leads to where that is here. */

import { createRoute, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { root } from "./root";

/** From an address to another, whatever stands behind its question mark. */
function move<const P extends string>(path: P, to: string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: ({ location, params }) => {
      const target = to.replace("$id", encodeURIComponent((params as { id?: string }).id ?? ""));
      throw redirect({ href: target + location.searchStr + (location.hash ? `#${location.hash}` : ""), replace: true });
    },
  });
}

export const moved = [
  move("/marketplace", paths.catalogue),
  move("/marketplace/$id", paths.template),
  move("/ssh-keys", paths.credentials),
  move("/dashboard", paths.home),
  move("/login", paths.signIn),
  move("/signup", paths.signUp),
] as const;
