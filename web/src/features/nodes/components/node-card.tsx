/** A server: how it is, where it is, what of it is taken and by which app. */

import { Server } from "lucide-react";
import type { ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { CapacityBar, type Share } from "@/components/ui/capacity-bar";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { cores, size } from "@/lib/format";
import type { Node } from "../api/list-nodes";

export interface Tenant {
  name: string;
  cores: number;
  memory: number;
  disk: number;
}

interface NodeCardProps {
  node: Node;
  isOwn: boolean;
  tenants: Tenant[];
  /** The buttons at its foot. */
  actions?: ReactNode;
}

export function NodeCard({ node, isOwn, tenants, actions }: NodeCardProps) {
  return (
    <article aria-label={node.name} className="border-line bg-surface flex min-w-0 flex-col rounded-md border p-4">
      <header className="flex items-start gap-3">
        <Server aria-hidden className="text-muted mt-0.5 size-5 shrink-0" />
        <div className="min-w-0 flex-1">
          <h3 className="truncate text-sm font-semibold">{node.name}</h3>
          <p className="text-muted truncate text-xs">{origin(node, isOwn)}</p>
        </div>
        <Status state={node.status} />
      </header>
      {node.ssh_host && (
        <p className="mt-2 flex items-center gap-1 font-mono text-xs">
          {node.ssh_host}
          <CopyButton text={node.ssh_host} label="Copy the address" />
        </p>
      )}
      {node.error_message && (
        <Notice tone="warn" className="mt-3">
          {node.error_message}
        </Notice>
      )}
      <Capacity node={node} tenants={tenants} />
      <footer className="text-muted mt-4 flex min-h-9 flex-wrap items-center justify-between gap-2 text-xs">
        <span>
          {node.last_health_check ? (
            <>
              Checked <Time at={node.last_health_check} />
            </>
          ) : (
            "Not checked yet"
          )}
        </span>
        {actions}
      </footer>
    </article>
  );
}

function origin(node: Node, isOwn: boolean): string {
  const parts = [PROVIDERS[node.provider_type ?? ""] ?? node.provider_type, node.location];
  if (node.public) parts.push(isOwn ? "open to everyone" : "public, run by somebody else");
  return parts.filter(Boolean).join(" · ");
}

const PROVIDERS: Record<string, string> = {
  digitalocean: "DigitalOcean",
  aws: "AWS",
  hetzner: "Hetzner",
  manual: "Your own machine",
};

function Capacity({ node, tenants }: { node: Node; tenants: Tenant[] }) {
  const shares = (of: (tenant: Tenant) => number): Share[] =>
    tenants.map((tenant) => ({ label: tenant.name, amount: of(tenant) })).filter(({ amount }) => amount > 0);
  const bars = [
    { name: "CPU", shares: shares((one) => one.cores), used: node.capacity_cpu_used, total: node.capacity_cpu_cores, write: cores },
    { name: "Memory", shares: shares((one) => one.memory), used: node.capacity_memory_used_mb, total: node.capacity_memory_mb, write: size },
    { name: "Disk", shares: shares((one) => one.disk), used: node.capacity_disk_used_mb, total: node.capacity_disk_mb, write: size },
  ];
  return (
    <div className="mt-4 space-y-3">
      {bars.map(({ used, total, ...bar }) =>
        total === null ? null : <CapacityBar key={bar.name} {...bar} used={used ?? 0} total={total} />,
      )}
    </div>
  );
}
