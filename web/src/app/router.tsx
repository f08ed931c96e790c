/** The app's routes. Each page is loaded when it is wanted, and fetched ahead on hover. */

import type { QueryClient, QueryExecuteOptions, QueryKey } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { NotFound, RouteError } from "@/components/feedback/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { templateQuery } from "@/features/templates/api/get-template";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { catalogueSearch, entranceSearch, templateSearch } from "@/lib/search-params";
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

const routes = root.addChildren([
  catalogue,
  template,
  signIn,
  signUp,
]);

export function makeRouter(queries: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    ...(history && { history }),
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
