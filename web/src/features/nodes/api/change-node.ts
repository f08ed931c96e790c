/** Changes how a server that somebody brought is called and reached; the latter begins a check. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { change } from "@/lib/api/client";
import type { NodeAttributes } from "@/lib/api/types";
import type { NewNode } from "./create-node";
import type { Node } from "./list-nodes";

export function useChangeNode(node: Node) {
  const queries = useQueryClient();
  return useMutation({
    // What stays is not sent: sending it would be a change of how it is reached.
    mutationFn: async (given: NewNode) => {
      const others = differences(node, given);
      return Object.keys(others).length > 0 ? change<NodeAttributes>("nodes", node.id, others) : node;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["nodes"] }),
  });
}

function differences(node: Node, given: NewNode): Partial<NewNode> {
  const known: Record<string, unknown> = node;
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => known[name] !== value));
}
