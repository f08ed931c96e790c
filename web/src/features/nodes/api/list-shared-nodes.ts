/** Lists the servers that others let everybody use. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { NodeAttributes } from "@/lib/api/types";

export const sharedNodesQuery = queryOptions({
  queryKey: ["nodes", "shared"],
  // Own ones are in the list too; only owners see where a server is.
  queryFn: async ({ signal }) =>
    (await readAll<NodeAttributes>("/nodes", signal)).filter((node) => !node.ssh_host),
});
