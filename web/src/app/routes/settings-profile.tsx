/** One's profile: who one is, what the plan allows, how the pages look, this session, and programs. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { LookChoice } from "@/components/layout/look-choice";
import { LinkButton } from "@/components/ui/button";
import { Card, Fact, Facts, LongFact } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { accountQuery } from "@/features/account/api/get-account";
import { LimitsInUse } from "@/features/account/components/limits-in-use";
import { meQuery } from "@/features/session/api/get-me";
import { ProgramsCard } from "@/features/session/components/programs-card";
import { SessionCard } from "@/features/session/components/session-card";
import { words } from "@/lib/format";

export function SettingsProfile() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: account } = useSuspenseQuery(accountQuery);
  if (me === null) return null;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
      <div className="grid gap-6">
        <Card title="Who you are">
          <Facts>
            <LongFact name="Email">
              <span className="min-w-0 truncate">{me.email}</span>
            </LongFact>
            <LongFact name="Account id">
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{me.id}</span>
              <CopyButton text={me.id} label="Copy the account id" />
            </LongFact>
            <Fact name="Member since">
              <Time at={me.created_at} />
            </Fact>
          </Facts>
        </Card>
        <Card title="Look">
          <LookChoice />
        </Card>
      </div>
      <div className="grid min-w-0 gap-6">
        <Card
          title={`${words(account.plan)} plan`}
          aside={
            <LinkButton to={paths.plans} look="ghost" size="sm">
              Plans
            </LinkButton>
          }
        >
          <div className="space-y-4 p-4">
            {account.note && <p className="text-sm">{account.note}</p>}
            <LimitsInUse account={account} />
          </div>
        </Card>
        <SessionCard />
        <ProgramsCard />
      </div>
    </div>
  );
}
