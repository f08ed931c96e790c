/** What of a node is taken and by which app. */

import { CapacityBar, type Share } from "@/components/ui/capacity-bar";
import { cores, size } from "@/lib/format";
import type { Node } from "../api/list-nodes";
import { used, type Tenant } from "../capacity";

export function NodeCapacity({ node, tenants }: { node: Node; tenants: Tenant[] }) {
  const bars = [
    {
      name: "CPU",
      of: (one: Tenant) => one.cores,
      told: node.capacity_cpu_used,
      total: node.capacity_cpu_cores,
      write: cores,
    },
    {
      name: "Memory",
      of: (one: Tenant) => one.memory,
      told: node.capacity_memory_used_mb,
      total: node.capacity_memory_mb,
      write: size,
    },
    {
      name: "Disk",
      of: (one: Tenant) => one.disk,
      told: node.capacity_disk_used_mb,
      total: node.capacity_disk_mb,
      write: size,
    },
  ];
  return (
    <div className="space-y-3">
      {bars.map(({ name, of, told, total, write }) =>
        total === null ? null : (
          <CapacityBar
            key={name}
            name={name}
            shares={sharesOf(tenants, of)}
            used={used(told, tenants, of)}
            total={total}
            write={write}
          />
        ),
      )}
    </div>
  );
}

function sharesOf(tenants: Tenant[], of: (tenant: Tenant) => number): Share[] {
  return tenants.map((one) => ({ label: one.name, amount: of(one) })).filter(({ amount }) => amount > 0);
}
