/** The routes of templates. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { templateQuery } from "@/features/templates/api/get-template";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { catalogueSearch, templateSearch } from "@/lib/search-params";
import { read, root } from "./root";

const catalogue = createRoute({
  getParentRoute: () => root,
  path: paths.catalogue,
  validateSearch: catalogueSearch,
  loader: ({ context }) => read(context.queries, templatesQuery),
  component: lazyRouteComponent(() => import("../routes/catalogue"), "Catalogue"),
});

const template = createRoute({
  getParentRoute: () => root,
  path: paths.template,
  validateSearch: templateSearch,
  loader: ({ context, params }) => read(context.queries, templateQuery(params.id)),
  component: lazyRouteComponent(() => import("../routes/template"), "TemplatePage"),
});

export const templates = [catalogue, template] as const;
