/** Apps below each other, each of which can be selected, or all of them. */

import { useCallback, useId } from "react";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { count } from "@/lib/format";
import type { Node } from "../../nodes/api/list-nodes";
import type { Deployment } from "../api/list-deployments";
import { DeploymentRow } from "./deployment-row";

interface DeploymentListProps {
  deployments: Deployment[];
  nodes: Node[];
  picked: ReadonlySet<string>;
  onPick: (ids: string[], isPicked: boolean) => void;
}

export function DeploymentList({ deployments, nodes, picked, onPick }: DeploymentListProps) {
  const id = useId();
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const number = deployments.filter((one) => picked.has(one.id)).length;
  const all = number === deployments.length ? true : number > 0 && "some";
  const pickOne = useCallback((one: string, isPicked: boolean) => onPick([one], isPicked), [onPick]);
  return (
    <Card>
      <div className="border-line flex h-10 items-center gap-3 border-b px-4">
        <Checkbox
          id={id}
          state={all}
          onChange={(isPicked) =>
            onPick(
              deployments.map((one) => one.id),
              isPicked,
            )
          }
        />
        <label htmlFor={id} className="text-muted tnum text-xs">
          Select all, {count(deployments.length, "app")}
        </label>
      </div>
      <ul className="divide-line divide-y overflow-hidden rounded-b-md">
        {deployments.map((one) => (
          <li key={one.id}>
            <DeploymentRow
              deployment={one}
              nodeName={one.node_id ? names.get(one.node_id) : undefined}
              isPicked={picked.has(one.id)}
              onPick={pickOne}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}
