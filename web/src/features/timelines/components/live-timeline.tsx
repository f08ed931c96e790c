/** The timeline of a thing's latest work, read again while it goes on. */

import type { ReactNode } from "react";
import { Timeline } from "@/components/timeline/timeline";
import { useTimeline, type Timed } from "../api/get-timeline";

interface LiveTimelineProps {
  resource: Timed;
  id: string;
  isWorking: boolean;
  cause: string | null;
  remedies?: ReactNode;
  aside?: ReactNode;
}

export function LiveTimeline({ resource, id, isWorking, ...shown }: LiveTimelineProps) {
  const { data } = useTimeline(resource, id, isWorking);
  if (!data) return null;
  return <Timeline key={data.generation} timeline={data} {...shown} />;
}
