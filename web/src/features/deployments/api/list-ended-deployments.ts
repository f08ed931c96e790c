/** Lists the apps that ended last, as they are remembered. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { DeploymentAttributes } from "@/lib/api/types";

export const endedDeploymentsQuery = queryOptions({
  queryKey: ["deployments", "ended"],
  queryFn: ({ signal }) => readFirst<DeploymentAttributes>("/deployments?filter%5Bstatus%5D=deleted", signal),
});
