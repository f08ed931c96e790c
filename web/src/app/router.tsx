/** The app's routes. Each page is loaded when it is wanted, and fetched ahead on hover. */

import type { QueryClient } from "@tanstack/react-query";
import { createBrowserHistory, createRouter, type RouterHistory } from "@tanstack/react-router";
import { NotFound, RouteError } from "@/components/feedback/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { billing } from "./tree/billing";
import { deployments } from "./tree/deployments";
import { landing } from "./tree/landing";
import { nodes } from "./tree/nodes";
import { own } from "./tree/own";
import { moved } from "./tree/moved";
import { account, root } from "./tree/root";
import { entrances } from "./tree/session";
import { settings } from "./tree/settings";
import { ownTemplates, templates } from "./tree/templates";

const routes = root.addChildren([
  landing,
  ...templates,
  ...entrances,
  ...moved,
  account.addChildren([...ownTemplates, ...own, ...settings, ...billing, ...deployments, ...nodes]),
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
