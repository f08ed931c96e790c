/** The routes of servers, and of the keys to them. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { sweepQuery } from "@/features/credentials/api/get-sweep";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { endedProvisionsQuery } from "@/features/provisions/api/list-ended-provisions";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { timelineQuery } from "@/features/timelines/api/get-timeline";
import { nodesSearch } from "@/lib/search-params";
import { account, read } from "./root";

const list = createRoute({
  getParentRoute: () => account,
  path: paths.nodes,
  validateSearch: nodesSearch,
  // What ended and what goes on is told too; a page without that is better than none.
  loader: async ({ context: { queries } }) => {
    const [made, known] = await Promise.all([
      read(queries, provisionsQuery),
      read(queries, nodesQuery),
      read(queries, credentialsQuery),
      read(queries, deploymentsQuery),
    ]);
    await Promise.allSettled([
      read(queries, endedProvisionsQuery),
      ...made.map(({ id }) => read(queries, timelineQuery("cloud_provisions", id))),
      ...known.filter(({ work }) => work).map(({ id }) => read(queries, timelineQuery("nodes", id))),
    ]);
  },
  component: lazyRouteComponent(() => import("../routes/nodes"), "Nodes"),
});

const credentials = createRoute({
  getParentRoute: () => account,
  path: paths.credentials,
  // What was found in each account is told too; a page without it is better than none.
  loader: async ({ context: { queries } }) => {
    const [found] = await Promise.all([read(queries, credentialsQuery), read(queries, sshKeysQuery)]);
    await Promise.allSettled(found.map(({ id }) => read(queries, sweepQuery(id))));
  },
  component: lazyRouteComponent(() => import("../routes/credentials"), "Credentials"),
});

export const nodes = [list, credentials] as const;
