/** The apps of this account. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { DeploymentRow } from "@/features/deployments/components/deployment-row";
import { nodesQuery } from "@/features/nodes/api/list-nodes";

export function Deployments() {
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  const { data: nodes } = useQuery(nodesQuery);
  return (
    <>
      <PageHead title="Apps" text="What you have deployed, newest first.">
        <LinkButton to={paths.catalogue} look={deployments.length > 0 ? "primary" : "secondary"}>
          Deploy an app
        </LinkButton>
      </PageHead>
      {deployments.length === 0 ? (
        <EmptyState sentence="You have no apps yet. Choose one from the catalogue and it runs in a minute.">
          <LinkButton to={paths.catalogue} look="primary">
            Go to the catalogue
          </LinkButton>
        </EmptyState>
      ) : (
        <Card>
          <ul className="divide-line divide-y overflow-hidden rounded-md">
            {deployments.map((one) => (
              <li key={one.id}>
                <DeploymentRow
                  deployment={one}
                  nodeName={nodes?.find(({ id }) => id === one.node_id)?.name}
                />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
