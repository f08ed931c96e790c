/** The route of a visitor's first page. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { popularQuery } from "@/features/templates/api/list-popular";
import { read, root } from "./root";

export const landing = createRoute({
  getParentRoute: () => root,
  path: paths.landing,
  // What people run is told too; a page without it is better than none.
  loader: ({ context }) => read(context.queries, popularQuery).catch(() => undefined),
  component: lazyRouteComponent(() => import("../routes/landing"), "Landing"),
});
