/** A server: how it is, how it is being made, and what of it is taken by which app. */

import { Server as ServerIcon } from "lucide-react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import type { Tenant } from "../../nodes/capacity";
import { NodeCapacity } from "../../nodes/components/node-capacity";
import { LiveTimeline } from "../../timelines/components/live-timeline";
import { isBusy, type Provision } from "../api/list-provisions";
import type { Server } from "../servers";
import { CancelButton, DestroyButton, RetryButton } from "./server-actions";

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
          <h2 className="truncate text-sm font-semibold">{name}</h2>
          <p className="text-muted truncate text-xs">{origin(server)}</p>
          <p className="flex min-h-7 items-center gap-1 font-mono text-xs">
            {address ?? <span className="text-muted">No address yet</span>}
            {address && <CopyButton text={address} label={`Copy the address of ${name}`} />}
          </p>
        </div>
        <span role="status" className="flex">
          <Status state={isMade && node ? node.status : (provision?.status ?? "offline")} />
        </span>
      </header>
      {provision && <Making provision={provision} />}
      {node?.error_message && <Notice tone="warn">{node.error_message}</Notice>}
      {node && <NodeCapacity node={node} tenants={tenants} />}
      <footer className="text-muted mt-auto flex min-h-9 flex-wrap items-center justify-between gap-2 text-xs">
        <span>
          {node?.last_health_check && (
            <>
              Checked <Time at={node.last_health_check} />
            </>
          )}
        </span>
        {provision && <DestroyButton provision={provision} apps={tenants.map((tenant) => tenant.name)} />}
      </footer>
    </article>
  );
}

/** The making or the destroying of a server, step by step. */
function Making({ provision }: { provision: Provision }) {
  const isWorking = isBusy(provision);
  return (
    <LiveTimeline
      resource="cloud_provisions"
      id={provision.id}
      isWorking={isWorking}
      cause={provision.error_message}
      remedies={provision.status === "failed" && <RetryButton provision={provision} />}
      aside={provision.work?.kind === "provision" && <CancelButton provision={provision} />}
    />
  );
}

const PROVIDERS: Record<string, string> = {
  digitalocean: "DigitalOcean",
  aws: "AWS",
  hetzner: "Hetzner",
  manual: "Brought by you",
};

function origin({ provision, node }: Server): string {
  const provider = provision?.provider ?? node?.provider_type ?? "manual";
  const parts = [PROVIDERS[provider] ?? provider, provision?.region ?? node?.location, provision?.size];
  if (node?.public) parts.push("public");
  return parts.filter(Boolean).join(" · ");
}
