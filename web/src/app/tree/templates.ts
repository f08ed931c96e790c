/** The routes of templates. */

import type { QueryClient } from "@tanstack/react-query";
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Prose } from "@/components/ui/markdown";
import { paths } from "@/config/paths";
import { proofsQuery } from "@/features/proofs/api/list-proofs";
import { meQuery } from "@/features/session/api/get-me";
import { templateQuery } from "@/features/templates/api/get-template";
import { shelfQuery, templatesQuery } from "@/features/templates/api/list-templates";
import { relatedQuery } from "@/features/templates/api/list-related";
import { versionsQuery } from "@/features/templates/api/list-versions";
import { ReadMap } from "@/features/templates/components/compose-map";
import { shelfOf } from "@/features/templates/search";
import { timelineQuery } from "@/features/timelines/api/get-timeline";
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
    const [shown, me] = await Promise.allSettled([
      read(queries, templateQuery(params.id)),
      session.token() === null ? null : read(queries, meQuery),
      read(queries, versionsQuery(params.id)),
      read(queries, relatedQuery(params.id)),
    ]);
    if (shown.status === "rejected") throw shown.reason;
    const reader = me.status === "fulfilled" ? me.value : null;
    if (reader !== null && reader.id === shown.value.creator_id) await readTests(queries, params.id).catch(() => undefined);
  },
  component: lazyRouteComponent(loadTemplatePage, "TemplatePage"),
});

/** Its creator is told of its latest test, step by step. */
async function readTests(queries: QueryClient, id: string): Promise<void> {
  const [latest] = await read(queries, proofsQuery(id));
  if (latest) await read(queries, timelineQuery("template_proofs", latest.id));
}

/** With what draws its text and its services, so that nothing moves when they come. */
async function loadTemplatePage() {
  const [page] = await Promise.all([
    import("../routes/template"),
    Prose.ahead(),
    ReadMap.ahead(),
  ]);
  return page;
}

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
