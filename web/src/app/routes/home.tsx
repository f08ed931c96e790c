/** Where one begins: what needs one first, then what there is, what it costs and what happened. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { PageHead } from "@/components/layout/page-head";
import { LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { invoicesQuery } from "@/features/billing/api/list-invoices";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { useOwnNames } from "@/features/deployments/hooks/use-own-names";
import { concernsOf } from "@/features/home/attention";
import { AppsCard } from "@/features/home/components/apps-card";
import { AttentionCard } from "@/features/home/components/attention-card";
import { FirstSteps } from "@/features/home/components/first-steps";
import { MonthCard } from "@/features/home/components/month-card";
import { RecentCard } from "@/features/home/components/recent-card";
import { ServersCard } from "@/features/home/components/servers-card";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { provisionsQuery } from "@/features/provisions/api/list-provisions";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { channelsQuery } from "@/features/notices/api/channels";
import { useNow } from "@/lib/use-now";

export function Home() {
  const { data: deployments } = useSuspenseQuery(deploymentsQuery);
  const { data: nodes } = useSuspenseQuery(nodesQuery);
  const { data: provisions = [] } = useQuery(provisionsQuery);
  const { data: invoices = [] } = useQuery(invoicesQuery);
  const { data: channels = [] } = useQuery(channelsQuery);
  const domains = useOwnNames(deployments);
  const now = useNow();
  const concerns = concernsOf({ deployments, nodes, provisions, invoices, domains, channels }, now);
  const names = new Map([
    ...[...deployments, ...nodes].map(({ id, name }) => [id, name] as const),
    ...provisions.map(({ id, instance_name: name }) => [id, name] as const),
  ]);
  const isNew = deployments.length === 0;
  return (
    <>
      <PageHead title="Home">
        {!isNew && (
          <LinkButton to={paths.catalogue} look="primary">
            Deploy an app
          </LinkButton>
        )}
      </PageHead>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-6">
          {(!isNew || concerns.length > 0) && <AttentionCard concerns={concerns} />}
          {isNew ? <Beginning hasServer={nodes.length > 0} /> : <AppsCard deployments={deployments} />}
          {(!isNew || nodes.length > 0) && <ServersCard nodes={nodes} deployments={deployments} />}
        </div>
        <div className="grid min-w-0 gap-6">
          {!isNew && <MonthCard />}
          <RecentCard names={names} />
        </div>
      </div>
    </>
  );
}

/** For who has no app yet; whether there is a key is asked for here alone. */
function Beginning({ hasServer }: { hasServer: boolean }) {
  const { data: credentials = [] } = useQuery(credentialsQuery);
  const { data: keys = [] } = useQuery(sshKeysQuery);
  return <FirstSteps hasKey={credentials.length + keys.length > 0} hasServer={hasServer} />;
}
