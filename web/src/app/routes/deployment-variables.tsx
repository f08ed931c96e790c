/** The settings that an app was deployed with. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";

const route = getRouteApi("/account/deployments/$id/variables");

export function DeploymentVariables() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  const variables = Object.entries(deployment.variables ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const secrets = new Set(deployment.secrets);
  return (
    <Card title="Variables">
      {variables.length === 0 ? (
        <p className="text-muted px-4 py-3 text-sm">This app has no variables.</p>
      ) : (
        <ul className="divide-line divide-y">
          {variables.map(([name, value]) => (
            <li key={name} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
              <code className="min-w-40 font-mono text-xs">{name}</code>
              {secrets.has(name) ? (
                <span className="text-muted text-xs">Secret: set, encrypted and not shown again</span>
              ) : (
                <>
                  <code className="min-w-0 font-mono text-xs break-all">{String(value ?? "")}</code>
                  <CopyButton text={String(value ?? "")} label={`Copy ${name}`} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
