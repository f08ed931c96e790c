/** The routes of templates. */

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { templateQuery } from "@/features/templates/api/get-template";
import { shelfQuery, templatesQuery } from "@/features/templates/api/list-templates";
import { relatedQuery } from "@/features/templates/api/list-related";
import { versionsQuery } from "@/features/templates/api/list-versions";
import { shelfOf } from "@/features/templates/search";
import { session } from "@/lib/auth/session";
import { catalogueSearch, templateSearch } from "@/lib/search-params";
import { account, read, root } from "./root";

const catalogue = createRoute({
  getParentRoute: () => root,
  path: paths.catalogue,
  validateSearch: catalogueSearch,
  beforeLoad: ({ search, location }) => {
    if (search.scope === "mine" && session.token() === null) {
      throw redirect({ to: paths.signIn, search: { from: location.href } });
    }
  },
  loaderDeps: ({ search: { scope, sort } }) => ({ scope, sort }),
  loader: ({ context, deps }) => read(context.queries, shelfQuery(shelfOf(deps))),
  component: lazyRouteComponent(() => import("../routes/catalogue"), "Catalogue"),
});

const template = createRoute({
  getParentRoute: () => root,
  path: paths.template,
  validateSearch: templateSearch,
  // Visitors look; to deploy, or to go on with that, is for whoever is signed in.
  beforeLoad: ({ search, location }) => {
    if (search.deploy && session.token() === null) {
      throw redirect({ to: paths.signIn, search: { from: location.href } });
    }
  },
  // Its versions and what is like it are told too; a page without them is better than none.
  loader: async ({ context: { queries }, params }) => {
    const [shown] = await Promise.allSettled([
      read(queries, templateQuery(params.id)),
      read(queries, versionsQuery(params.id)),
      read(queries, relatedQuery(params.id)),
    ]);
    if (shown.status === "rejected") throw shown.reason;
  },
  component: lazyRouteComponent(() => import("../routes/template"), "TemplatePage"),
});

const fresh = createRoute({
  getParentRoute: () => account,
  path: paths.newTemplate,
  loader: ({ context }) => read(context.queries, templatesQuery),
  component: lazyRouteComponent(() => import("../routes/template-new"), "NewTemplate"),
});

const imports = createRoute({
  getParentRoute: () => account,
  path: paths.importTemplates,
  loader: ({ context }) => read(context.queries, templatesQuery),
  component: lazyRouteComponent(() => import("../routes/template-import"), "ImportTemplates"),
});

const edit = createRoute({
  getParentRoute: () => account,
  path: paths.editTemplate,
  loader: async ({ context: { queries }, params }) => {
    await Promise.all([
      read(queries, templateQuery(params.id)),
      read(queries, versionsQuery(params.id)),
      read(queries, templatesQuery),
    ]);
  },
  component: lazyRouteComponent(() => import("../routes/template-edit"), "EditTemplate"),
});

export const templates = [catalogue, template] as const;
/** What creators do needs an account. */
export const ownTemplates = [fresh, imports, edit] as const;
