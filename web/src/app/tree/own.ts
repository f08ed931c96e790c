/** The routes of what is one's own: home, activity. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { trailQuery } from "@/features/activity/api/list-trail";
import { invoicesQuery } from "@/features/billing/api/list-invoices";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { domainsQuery } from "@/features/deployments/api/list-domains";
import { withOwnNames } from "@/features/deployments/hooks/use-own-names";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { activitySearch } from "@/lib/search-params";
import { account, read } from "./root";

const home = createRoute({
  getParentRoute: () => account,
  path: paths.home,
  // What else is told there has its place; only apps and servers decide how the page is laid out.
  loader: async ({ context: { queries } }) => {
    const [apps] = await Promise.all([
      read(queries, deploymentsQuery),
      read(queries, nodesQuery),
      Promise.allSettled([read(queries, provisionsQuery), read(queries, invoicesQuery)]),
    ]);
    if (apps.length > 0) {
      await Promise.allSettled(withOwnNames(apps).map(({ id }) => read(queries, domainsQuery(id))));
      return;
    }
    await Promise.allSettled([read(queries, credentialsQuery), read(queries, sshKeysQuery)]);
  },
  component: lazyRouteComponent(() => import("../routes/home"), "Home"),
});

const activity = createRoute({
  getParentRoute: () => account,
  path: paths.activity,
  validateSearch: activitySearch,
  loaderDeps: ({ search: { kind, until } }) => ({ kind, until }),
  // The names of things are told too; a page with ids is better than none.
  loader: async ({ context: { queries }, deps }) => {
    await Promise.all([
      queries.infiniteQuery({ ...trailQuery(deps), staleTime: "static" }),
      Promise.allSettled([read(queries, deploymentsQuery), read(queries, nodesQuery)]),
    ]);
  },
  component: lazyRouteComponent(() => import("../routes/activity"), "ActivityPage"),
});

export const own = [home, activity] as const;
