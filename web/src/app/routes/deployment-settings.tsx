/** What can be set of an app, and how it is deleted. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Card } from "@/components/ui/card";
import { deploymentQuery } from "@/features/deployments/api/get-deployment";
import { DeleteButton, WhatIsLost } from "@/features/deployments/components/delete-button";
import { DirectAccess } from "@/features/deployments/components/direct-access";
import { WorkNotice } from "@/features/deployments/components/work-notice";
import { ChannelsCard } from "@/features/notices/components/channels-card";

const NameForm = lazy(() => import("@/features/deployments/components/name-form").then((loaded) => ({ default: loaded.NameForm })));

const route = getRouteApi("/account/deployments/$id/settings");

function Waiting() {
  return (
    <p role="status" className="sr-only">
      Loading the form
    </p>
  );
}

export function DeploymentSettings() {
  const { id } = route.useParams();
  const { data: deployment } = useSuspenseQuery(deploymentQuery(id));
  return (
    <>
      <WorkNotice deployment={deployment} />
      <div className="grid max-w-[760px] gap-6">
        <Card title="Name">
          {/* As high as the form, so that nothing moves when it comes. */}
          <div className="mx-4 my-4 min-h-31 sm:min-h-20">
            <Suspense fallback={<Waiting />}>
              <NameForm deployment={deployment} />
            </Suspense>
          </div>
        </Card>
        <Card title="Ports">
          <div className="px-4 py-4">
            <DirectAccess deployment={deployment} />
          </div>
        </Card>
        <ChannelsCard deploymentId={id} />
        <Card title="Danger zone" className="border-fail!">
          <div className="flex flex-wrap items-start justify-between gap-4 px-4 py-4">
            <div className="min-w-0 flex-1 basis-72 space-y-3 text-sm">
              <WhatIsLost deployment={deployment} />
            </div>
            <DeleteButton deployment={deployment} />
          </div>
        </Card>
      </div>
    </>
  );
}
