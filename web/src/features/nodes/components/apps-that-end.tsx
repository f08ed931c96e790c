/** Names the apps that end with their server, before they do. */

import type { UseQueryResult } from "@tanstack/react-query";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { count } from "@/lib/format";
import type { Resident } from "../api/list-residents";
import { named } from "../residents";

interface AppsThatEndProps {
  residents: UseQueryResult<Resident[]>;
  /** What becomes of them: "are deleted first, with everything in them". */
  fate: string;
}

export function AppsThatEnd({ residents, fate }: AppsThatEndProps) {
  const { data: apps, error, refetch, isFetching } = residents;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!apps || isFetching) {
    return (
      <p role="status" className="text-muted">
        Looking which apps are on it.
      </p>
    );
  }
  if (apps.length === 0) return <p>No app is on it.</p>;
  return (
    <Notice tone="fail">
      <p className="font-medium">
        {count(apps.length, "app")} {apps.length === 1 ? "is" : "are"} on it and {fate}:
      </p>
      <ul className="mt-1 list-disc pl-5">
        {named(apps).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </Notice>
  );
}
