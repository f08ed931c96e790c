/** The app's routes. Each page is loaded when it is wanted, and fetched ahead on hover. */

import type { QueryClient, QueryExecuteOptions, QueryKey } from "@tanstack/react-query";
import {
  createBrowserHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";
import { NotFound, RouteError } from "@/components/feedback/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { sweepQuery } from "@/features/credentials/api/get-sweep";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { domainsQuery } from "@/features/deployments/api/list-domains";
import { eventsQuery } from "@/features/deployments/api/list-events";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { endedProvisionsQuery } from "@/features/provisions/api/list-ended-provisions";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { templateQuery } from "@/features/templates/api/get-template";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { timelineQuery } from "@/features/timelines/api/get-timeline";
import { session } from "@/lib/auth/session";
import { catalogueSearch, entranceSearch, nodesSearch, templateSearch } from "@/lib/search-params";
import { Layout } from "./layout";

/** What a page needs before it is shown; what is known already is not asked for again. */
function read<T, K extends QueryKey>(
  queries: QueryClient,
  options: QueryExecuteOptions<T, Error, T, T, K>,
): Promise<T> {
  return queries.query({ ...options, staleTime: "static" });
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Layout });

const catalogue = createRoute({
  getParentRoute: () => root,
  path: paths.catalogue,
  validateSearch: catalogueSearch,
  loader: ({ context }) => read(context.queries, templatesQuery),
  component: lazyRouteComponent(() => import("./routes/catalogue"), "Catalogue"),
});

const template = createRoute({
  getParentRoute: () => root,
  path: paths.template,
  validateSearch: templateSearch,
  loader: ({ context, params }) => read(context.queries, templateQuery(params.id)),
  component: lazyRouteComponent(() => import("./routes/template"), "TemplatePage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  validateSearch: entranceSearch,
  component: lazyRouteComponent(() => import("./routes/sign-in"), "SignIn"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: paths.signUp,
  validateSearch: entranceSearch,
  component: lazyRouteComponent(() => import("./routes/sign-up"), "SignUp"),
});

/** Everything below needs an account. */
const account = createRoute({
  getParentRoute: () => root,
  id: "account",
  beforeLoad: ({ location }) => {
    if (session.token() === null) {
      throw redirect({ to: paths.signIn, search: { from: location.href } });
    }
  },
});

const deployments = createRoute({
  getParentRoute: () => account,
  path: paths.deployments,
  loader: ({ context }) => read(context.queries, deploymentsQuery),
  component: lazyRouteComponent(() => import("./routes/deployments"), "Deployments"),
});

const deployment = createRoute({
  getParentRoute: () => account,
  path: paths.deployment,
  // Its template and its server are told too; a page without them is better than none.
  loader: async ({ context: { queries }, params }) => {
    const { template_id: template } = await read(queries, deploymentQuery(params.id));
    await Promise.allSettled([read(queries, templateQuery(template)), read(queries, nodesQuery)]);
  },
  component: lazyRouteComponent(() => import("./routes/deployment"), "DeploymentPage"),
});

const overview = createRoute({
  getParentRoute: () => deployment,
  path: "/",
  // The page can be shown without its timeline, which says itself when it cannot be read.
  loader: ({ context, params }) =>
    read(context.queries, timelineQuery("deployments", params.id)).catch(() => undefined),
  component: lazyRouteComponent(() => import("./routes/deployment-overview"), "DeploymentOverview"),
});

const domains = createRoute({
  getParentRoute: () => deployment,
  path: "domains",
  loader: ({ context, params }) => read(context.queries, domainsQuery(params.id)),
  component: lazyRouteComponent(() => import("./routes/deployment-domains"), "DeploymentDomains"),
});

const variables = createRoute({
  getParentRoute: () => deployment,
  path: "variables",
  component: lazyRouteComponent(() => import("./routes/deployment-variables"), "DeploymentVariables"),
});

const events = createRoute({
  getParentRoute: () => deployment,
  path: "events",
  loader: ({ context, params }) => read(context.queries, eventsQuery(params.id)),
  component: lazyRouteComponent(() => import("./routes/deployment-events"), "DeploymentEvents"),
});

const nodes = createRoute({
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
  component: lazyRouteComponent(() => import("./routes/nodes"), "Nodes"),
});

const credentials = createRoute({
  getParentRoute: () => account,
  path: paths.credentials,
  // What was found in each account is told too; a page without it is better than none.
  loader: async ({ context: { queries } }) => {
    const [found] = await Promise.all([read(queries, credentialsQuery), read(queries, sshKeysQuery)]);
    await Promise.allSettled(found.map(({ id }) => read(queries, sweepQuery(id))));
  },
  component: lazyRouteComponent(() => import("./routes/credentials"), "Credentials"),
});

const routes = root.addChildren([
  catalogue,
  template,
  signIn,
  signUp,
  account.addChildren([
    deployments,
    deployment.addChildren([overview, domains, variables, events]),
    nodes,
    credentials,
  ]),
]);

export function makeRouter(queries: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    history: history ?? createBrowserHistory(),
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingComponent: () => <Skeleton label="Loading the page" />,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
