/** What all routes stand under: the frame, and the gate of what needs an account. */

import type { QueryClient, QueryExecuteOptions, QueryKey } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { session } from "@/lib/auth/session";
import { Layout } from "../layout";

/** What a page needs before it is shown; what is known already is not asked for again. */
export function read<T, K extends QueryKey>(
  queries: QueryClient,
  options: QueryExecuteOptions<T, Error, T, T, K>,
): Promise<T> {
  return queries.query({ ...options, staleTime: "static" });
}

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Layout });

/** Everything below needs an account. */
export const account = createRoute({
  getParentRoute: () => root,
  id: "account",
  beforeLoad: ({ location }) => {
    if (session.token() === null) {
      throw redirect({ to: paths.signIn, search: { from: location.href } });
    }
  },
});
