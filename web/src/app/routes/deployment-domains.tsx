/** The host names under which an app answers. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { accountQuery } from "@/features/account/api/get-account";
import { domainsQuery } from "@/features/deployments/api/list-domains";
import { DomainList } from "@/features/deployments/components/domain-list";
import { useWasTyped } from "@/lib/forms/use-typed";

const AddDomainDialog = lazy(() => import("@/features/deployments/components/add-domain-dialog").then((loaded) => ({ default: loaded.AddDomainDialog })));

const route = getRouteApi("/account/deployments/$id/domains");

export function DeploymentDomains() {
  const { id } = route.useParams();
  const { data: domains } = useSuspenseQuery(domainsQuery(id));
  const [isAdding, setAdding] = useState(useWasTyped("add-domain"));
  return (
    <>
      <Card
        title="Domains"
        aside={
          <span className="flex items-center gap-3">
            <OfPlan />
            <Button size="sm" onClick={() => setAdding(true)}>
              Add a domain
            </Button>
          </span>
        }
      >
        {domains.length > 0 ? (
          <DomainList deploymentId={id} domains={domains} />
        ) : (
          <p className="text-muted px-4 py-3 text-sm">
            The app gets its first address when it starts. You can add a name of your own before.
          </p>
        )}
      </Card>
      <Suspense fallback={null}>{isAdding && <AddDomainDialog deploymentId={id} isOpen onClose={() => setAdding(false)} />}</Suspense>
    </>
  );
}

/** How many names of one's own the plan allows, told before the button is pressed. */
function OfPlan() {
  const { data: account } = useQuery(accountQuery);
  const domains = account?.limits.find(({ limit }) => limit === "domains");
  if (typeof domains?.bound !== "number") return null;
  return (
    <span className="text-muted tnum hidden text-xs sm:inline">
      {domains.used} of {domains.bound} of your plan
    </span>
  );
}
