/** A server: how it is, what can be done with it, what goes on, and what of it is taken by which app. */

import { Link } from "@tanstack/react-router";
import { Server as ServerIcon } from "lucide-react";
import { Status } from "@/components/feedback/status";
import { CopyButton } from "@/components/ui/copy-button";
import { paths } from "@/config/paths";
import type { Tenant } from "../../nodes/capacity";
import { NodeCapacity } from "../../nodes/components/node-capacity";
import { NodeFacts } from "../../nodes/components/node-facts";
import { NodeNotices } from "../../nodes/components/node-notices";
import { originOf, type Server } from "../servers";
import { ServerButtons } from "./server-buttons";
import { ServerWork } from "./server-work";

interface ServerCardProps {
  server: Server;
  tenants: Tenant[];
}

export function ServerCard({ server, tenants }: ServerCardProps) {
  const { name, provision, node } = server;
  const isMade = provision === null || provision.status === "ready";
  const address = node?.ssh_host ?? provision?.public_ip;
  return (
    <article
      aria-label={`Server ${name}`}
      className="border-line bg-surface flex min-w-0 flex-col gap-4 rounded-md border p-4"
    >
      <header className="flex items-start gap-3">
        <ServerIcon aria-hidden className="text-muted mt-0.5 size-5 shrink-0" />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">
            {node ? (
              <Link to={paths.node} params={{ id: node.id }} className="underline-offset-2 hover:underline">
                {name}
              </Link>
            ) : (
              name
            )}
          </h2>
          <p className="text-muted truncate text-xs">{originOf(server)}</p>
          <p className="flex min-h-7 items-center gap-1 font-mono text-xs">
            {address ?? <span className="text-muted">No address yet</span>}
            {address && <CopyButton text={address} label={`Copy the address of ${name}`} />}
          </p>
        </div>
        <span role="status" className="flex">
          <Status state={isMade && node ? node.status : (provision?.status ?? "offline")} />
        </span>
      </header>
      {/* Above what grows and shrinks, so that no button moves under the pointer. */}
      <ServerButtons server={server} />
      {node && isMade && <NodeNotices node={node} isMade={provision !== null} />}
      <ServerWork server={server} />
      {node && node.status !== "lost" && <NodeCapacity node={node} tenants={tenants} />}
      {node && isMade && <NodeFacts node={node} />}
    </article>
  );
}
