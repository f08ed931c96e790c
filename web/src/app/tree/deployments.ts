/** The routes of apps and of their backups. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { backupsQuery } from "@/features/backups/api/list-backups";
import { bucketsQuery } from "@/features/buckets/api/list-buckets";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { domainsQuery } from "@/features/deployments/api/list-domains";
import { historyQuery } from "@/features/deployments/api/list-history";
import { metricsQuery } from "@/features/metrics/api/get-metrics";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { templateQuery } from "@/features/templates/api/get-template";
import { versionQuery } from "@/features/templates/api/get-version";
import { versionsQuery } from "@/features/templates/api/list-versions";
import { timelineQuery } from "@/features/timelines/api/get-timeline";
import { appsSearch, logsSearch, metricsSearch } from "@/lib/search-params";
import { account, read } from "./root";

const list = createRoute({
  getParentRoute: () => account,
  path: paths.deployments,
  validateSearch: appsSearch,
  loader: ({ context }) => read(context.queries, deploymentsQuery),
  component: lazyRouteComponent(() => import("../routes/deployments"), "Deployments"),
});

const one = createRoute({
  getParentRoute: () => account,
  path: paths.deployment,
  // Its template and its server are told too; a page without them is better than none.
  loader: async ({ context: { queries }, params }) => {
    const { template_id: template } = await read(queries, deploymentQuery(params.id));
    await Promise.allSettled([read(queries, templateQuery(template)), read(queries, nodesQuery)]);
  },
  component: lazyRouteComponent(() => import("../routes/deployment"), "DeploymentPage"),
});

const overview = createRoute({
  getParentRoute: () => one,
  path: "/",
  // The page can be shown without its timeline, which says itself when it cannot be read.
  loader: ({ context, params }) =>
    read(context.queries, timelineQuery("deployments", params.id)).catch(() => undefined),
  component: lazyRouteComponent(() => import("../routes/deployment-overview"), "DeploymentOverview"),
});

const logs = createRoute({
  getParentRoute: () => one,
  path: "logs",
  validateSearch: logsSearch,
  component: lazyRouteComponent(() => import("../routes/deployment-logs"), "DeploymentLogs"),
});

const metrics = createRoute({
  getParentRoute: () => one,
  path: "metrics",
  validateSearch: metricsSearch,
  loaderDeps: ({ search }) => ({ range: search.range ?? "1h" }),
  // The page stands without its numbers, and says itself when they cannot be read.
  loader: ({ context, params, deps }) =>
    read(context.queries, metricsQuery(params.id, deps.range)).catch(() => undefined),
  component: lazyRouteComponent(() => import("../routes/deployment-metrics"), "DeploymentMetrics"),
});

const domains = createRoute({
  getParentRoute: () => one,
  path: "domains",
  loader: ({ context, params }) => read(context.queries, domainsQuery(params.id)),
  component: lazyRouteComponent(() => import("../routes/deployment-domains"), "DeploymentDomains"),
});

const variables = createRoute({
  getParentRoute: () => one,
  path: "variables",
  loader: async ({ context: { queries }, params }) => {
    const deployment = await read(queries, deploymentQuery(params.id));
    await read(queries, versionQuery(deployment.template_id, deployment.template_version ?? ""));
  },
  component: lazyRouteComponent(() => import("../routes/deployment-variables"), "DeploymentVariables"),
});

const versions = createRoute({
  getParentRoute: () => one,
  path: "versions",
  loader: async ({ context: { queries }, params }) => {
    const deployment = await read(queries, deploymentQuery(params.id));
    await read(queries, versionsQuery(deployment.template_id));
  },
  component: lazyRouteComponent(() => import("../routes/deployment-versions"), "DeploymentVersions"),
});

const backups = createRoute({
  getParentRoute: () => one,
  path: "backups",
  // Where backups lie and what one takes are told too; a page without that is better than none.
  loader: async ({ context: { queries }, params }) => {
    const listed = read(queries, backupsQuery(params.id));
    const { template_id: template, template_version: version } = await read(queries, deploymentQuery(params.id));
    await Promise.allSettled([read(queries, bucketsQuery), read(queries, versionQuery(template, version ?? ""))]);
    await listed;
  },
  component: lazyRouteComponent(() => import("../routes/deployment-backups"), "DeploymentBackups"),
});

const events = createRoute({
  getParentRoute: () => one,
  path: "events",
  loader: ({ context, params }) =>
    context.queries.infiniteQuery({ ...historyQuery(params.id), staleTime: "static" }),
  component: lazyRouteComponent(() => import("../routes/deployment-events"), "DeploymentEvents"),
});

const settings = createRoute({
  getParentRoute: () => one,
  path: "settings",
  component: lazyRouteComponent(() => import("../routes/deployment-settings"), "DeploymentSettings"),
});

const allBackups = createRoute({
  getParentRoute: () => account,
  path: paths.backups,
  loader: ({ context: { queries } }) =>
    Promise.all([
      read(queries, backupsQuery()),
      read(queries, deploymentsQuery),
      read(queries, bucketsQuery).catch(() => undefined),
    ]),
  component: lazyRouteComponent(() => import("../routes/backups"), "Backups"),
});

export const deployments = [
  list,
  allBackups,
  one.addChildren([overview, logs, metrics, domains, variables, versions, backups, events, settings]),
] as const;
