/** Tells a creator what a new version would change for the apps that take it. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Card } from "@/components/ui/card";
import { useSettled } from "@/lib/use-settled";
import { newDifferenceQuery } from "../../api/get-difference";
import { VersionChanges } from "../version-changes";

interface NewVersionCardProps {
  templateId: string;
  /** The version's number and what of its parts is not as before. */
  attributes: { version: string };
}

/** Milliseconds without a change until it is asked. */
const PAUSE = 700;

export function NewVersionCard({ templateId, attributes }: NewVersionCardProps) {
  const asked = useSettled(JSON.stringify(attributes), PAUSE);
  const sent = useMemo(() => JSON.parse(asked) as object, [asked]);
  const { data } = useQuery(newDifferenceQuery(templateId, sent));
  return (
    <Card title={`What ${attributes.version} changes`}>
      <div className="p-4">
        {data ? (
          <VersionChanges difference={data} />
        ) : (
          <p className="text-muted text-sm">Told once it can run under a higher version number.</p>
        )}
      </div>
    </Card>
  );
}
