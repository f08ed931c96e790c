/** What a test measured of a template, for whoever chooses one. */

import { Card, Fact, Facts } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import type { Measured } from "@/lib/api/types";
import { figuresOf } from "../measured";

interface MeasuredCardProps {
  measured: Measured;
  /** The version that a deployment gets now. */
  present: string;
}

export function MeasuredCard({ measured, present }: MeasuredCardProps) {
  const { template_version: version, proven_at: at } = measured;
  return (
    <Card title="Tested on a server of its own">
      <Facts>
        {figuresOf(measured).map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        <Fact name="Version">
          <span className="font-mono text-xs">{version}</span>
        </Fact>
        <Fact name="Tested">
          <Time at={at} />
        </Fact>
      </Facts>
      {version !== present && (
        <p className="text-muted border-line border-t px-4 py-3 text-xs">Version {present} is not tested yet.</p>
      )}
    </Card>
  );
}
