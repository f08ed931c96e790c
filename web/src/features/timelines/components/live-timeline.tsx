/** The timeline of a thing's latest work, read again while it goes on. */

import type { ReactNode } from "react";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Timeline } from "@/components/timeline/timeline";
import { useTimeline, type Timed } from "../api/get-timeline";

interface LiveTimelineProps {
  resource: Timed;
  id: string;
  isWorking: boolean;
  cause: string | null;
  evidence?: ReactNode;
  remedies?: ReactNode;
  aside?: ReactNode;
}

export function LiveTimeline({ resource, id, isWorking, ...shown }: LiveTimelineProps) {
  const { data, error, refetch } = useTimeline(resource, id, isWorking);
  if (data) return <Timeline key={data.generation} timeline={data} {...shown} />;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return <Skeleton rows={1} label="Reading the timeline" />;
}
