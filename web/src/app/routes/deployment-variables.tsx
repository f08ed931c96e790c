/** The settings that an app runs with, to be changed. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { WorkNotice } from "@/features/deployments/components/work-notice";
import { versionQuery } from "@/features/templates/api/get-version";
import type { Variable } from "@/lib/api/types";
import { Skeleton } from "@/components/ui/skeleton";

const VariablesEditor = lazy(() => import("@/features/deployments/components/variables-editor").then((loaded) => ({ default: loaded.VariablesEditor })));

const route = getRouteApi("/account/deployments/$id/variables");

export function DeploymentVariables() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const { data: version } = useSuspenseQuery(
    versionQuery(deployment.template_id, deployment.template_version ?? ""),
  );
  const variables = (version.variables ?? []) as unknown as Variable[];
  return (
    <>
      <WorkNotice deployment={deployment} />
      {variables.length === 0 ? (
        <Card title="Variables">
          <p className="text-muted px-4 py-3 text-sm">
            This app has no variables: version {version.version} of its template asks for none.
          </p>
        </Card>
      ) : (
        <Suspense fallback={<Skeleton label="Loading the form" />}><VariablesEditor deployment={deployment} variables={variables} /></Suspense>
      )}
    </>
  );
}
