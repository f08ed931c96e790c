/** The routes of servers, and of the keys to them. */

import { createRoute, lazyRouteComponent, notFound, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { sweepQuery } from "@/features/credentials/api/get-sweep";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { residentsQuery } from "@/features/nodes/api/list-residents";
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

const one = createRoute({
  getParentRoute: () => account,
  path: paths.node,
  loader: async ({ context: { queries }, params: { id } }) => {
    const [known] = await Promise.all([
      read(queries, nodesQuery),
      read(queries, provisionsQuery),
      read(queries, deploymentsQuery),
    ]);
    const node = known.find((one) => one.id === id);
    if (!node) throw notFound();
    // The page can be shown without these, which say themselves when they cannot be read.
    await Promise.allSettled([
      read(queries, residentsQuery(id)),
      ...(node.work ? [read(queries, timelineQuery("nodes", id))] : []),
    ]);
  },
  component: lazyRouteComponent(() => import("../routes/node"), "NodePage"),
});

/** Addresses of another web app for Hoster, which people have kept. */
const KEPT = [
  ["/nodes/new", { to: paths.nodes, search: { bring: true } }],
  ["/nodes/cloud", { to: paths.nodes }],
  ["/nodes/cloud/new", { to: paths.nodes, search: { create: true } }],
  ["/nodes/credentials", { to: paths.credentials }],
  ["/nodes/credentials/new", { to: paths.credentials }],
  ["/nodes/new-key", { to: paths.credentials }],
] as const;

const moved = KEPT.map(([path, place]) =>
  createRoute({
    getParentRoute: () => account,
    path,
    beforeLoad: () => {
      throw redirect({ ...place, replace: true });
    },
  }),
);

export const nodes = [list, one, credentials, ...moved] as const;
