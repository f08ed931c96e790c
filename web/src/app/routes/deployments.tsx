/** The apps of this account: found, ordered, and acted on together. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { deploymentsQuery, signOf, type Deployment } from "@/features/deployments/api/list-deployments";
import { BulkBar } from "@/features/deployments/components/bulk-bar";
import { DeploymentList } from "@/features/deployments/components/deployment-list";
import { ListFilters } from "@/features/deployments/components/list-filters";
import { filtered, type Filter } from "@/features/deployments/filtering";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { counted } from "@/lib/sign";

const route = getRouteApi("/account/deployments");

export function Deployments() {
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  return (
    <>
      <PageHead title="Apps" text="What you have deployed." sign={counted(deployments.map(signOf))}>
        <div className="flex flex-wrap gap-2">
          <LinkButton to={paths.backups}>Backups</LinkButton>
          <LinkButton to={paths.catalogue} look={deployments.length > 0 ? "primary" : "secondary"}>
            Deploy an app
          </LinkButton>
        </div>
      </PageHead>
      {deployments.length === 0 ? (
        <EmptyState sentence="You have no apps yet. Choose one from the catalogue and it runs in a minute.">
          <LinkButton to={paths.catalogue} look="primary">
            Go to the catalogue
          </LinkButton>
        </EmptyState>
      ) : (
        <Known deployments={deployments} />
      )}
    </>
  );
}

function Known({ deployments }: { deployments: Deployment[] }) {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const { data: nodes = [] } = useQuery(nodesQuery);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const shown = filtered(deployments, filter);
  const pick = useCallback((ids: string[], isPicked: boolean) => {
    setPicked((now) => {
      const next = new Set(now);
      for (const id of ids) {
        if (isPicked) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  }, []);
  const change = (search: Filter) => void navigate({ search, replace: true, resetScroll: false });
  return (
    <>
      <ListFilters deployments={deployments} nodes={nodes} filter={filter} onChange={change} />
      {shown.length === 0 ? (
        <EmptyState sentence="None of your apps is like that.">
          <Button onClick={() => change({})}>Show all apps</Button>
        </EmptyState>
      ) : (
        <DeploymentList deployments={shown} nodes={nodes} picked={picked} onPick={pick} />
      )}
      {/* Only what is in sight is acted on. */}
      <BulkBar selected={shown.filter(({ id }) => picked.has(id))} onClear={() => setPicked(new Set())} />
    </>
  );
}
