/** Lists the servers that are no more, as they are remembered. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { ProvisionAttributes } from "@/lib/api/types";

export const endedProvisionsQuery = queryOptions({
  queryKey: ["cloud_provisions", "ended"],
  queryFn: ({ signal }) => readFirst<ProvisionAttributes>("/cloud_provisions?filter%5Bstatus%5D=destroyed", signal),
  refetchInterval: 60_000,
});
