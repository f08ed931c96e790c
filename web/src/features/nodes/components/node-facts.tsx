/** What is known of a server: when it was seen, how it is reached, and the key that it is known by. */

import type { ReactNode } from "react";
import { Time } from "@/components/ui/time";
import type { Node } from "../api/list-nodes";
import { HostKey } from "./host-key";

export function NodeFacts({ node }: { node: Node }) {
  const { last_seen_at: seen, last_health_check: checked, docker_version: docker, host_key_fingerprint: key } = node;
  return (
    <dl className="border-line divide-line divide-y border-t text-xs">
      <Line name="Last seen">
        {seen ? <Time at={seen} /> : "Not yet"}
        {checked && checked !== seen && (
          <>
            {", checked "}
            <Time at={checked} />
          </>
        )}
      </Line>
      {node.ssh_user && node.ssh_host && (
        <Line name="Log-in">
          <span className="font-mono break-all">
            {node.ssh_user}@{node.ssh_host}
            {node.ssh_port && node.ssh_port !== 22 && `:${node.ssh_port}`}
          </span>
          {docker && `, Docker ${docker}`}
        </Line>
      )}
      {key && (
        <Line name="Host key">
          <HostKey node={node} fingerprint={key} />
        </Line>
      )}
    </dl>
  );
}

export function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-8 items-baseline gap-4 py-1">
      <dt className="text-muted w-24 shrink-0">{name}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  );
}
