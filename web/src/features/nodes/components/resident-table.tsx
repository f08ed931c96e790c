/** The apps that live on a server: one's own by name, those of others by what they take. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AppStatus } from "@/components/feedback/app-status";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { paths } from "@/config/paths";
import { cores, size } from "@/lib/format";
import { residentsQuery, type Resident } from "../api/list-residents";

export function ResidentTable({ nodeId }: { nodeId: string }) {
  const { data, error, refetch } = useQuery({ ...residentsQuery(nodeId), refetchInterval: 15_000 });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton label="Loading its apps" rows={2} />;
  if (data.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        Nothing runs here yet. Choose this server when you deploy an app from the{" "}
        <Link to={paths.catalogue} className="text-accent underline underline-offset-2">
          catalogue
        </Link>
        .
      </p>
    );
  }
  return (
    <Table label="Apps on it">
      <thead>
        <tr>
          <Th>App</Th>
          <Th>State</Th>
          <Th side="right" className="hidden sm:table-cell">
            CPU
          </Th>
          <Th side="right" className="pr-4 sm:pr-2">
            Memory
          </Th>
          <Th side="right" className="hidden sm:table-cell">
            Disk
          </Th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {data.map((app) => (
          <tr key={app.id}>
            <Td>
              <Name app={app} />
            </Td>
            <Td>
              <AppStatus status={app.status} />
            </Td>
            <Td side="right" className="hidden sm:table-cell">
              {cores(app.resources_cpu_cores)}
            </Td>
            <Td side="right" className="pr-4 sm:pr-2">
              {size(app.resources_memory_mb)}
            </Td>
            <Td side="right" className="hidden sm:table-cell">
              {size(app.resources_disk_mb)}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Name({ app }: { app: Resident }) {
  if (!app.mine) return <span className="text-muted">An app of another account</span>;
  return (
    <Link to={paths.deployment} params={{ id: app.id }} className="font-medium underline-offset-2 hover:underline">
      {app.name ?? app.id}
    </Link>
  );
}
