/** What was measured of a version, in words. */

import { cores, duration, size } from "@/lib/format";
import type { Measured } from "@/lib/api/types";

interface Figure {
  name: string;
  value: string;
}

export type Figures = Omit<Measured, "template_version" | "proven_at">;

export function figuresOf(measured: Figures): Figure[] {
  return [
    { name: "Healthy in", value: duration(measured.healthy_seconds) },
    { name: "Back after a restart in", value: duration(measured.restart_seconds) },
    { name: "Memory at most", value: size(measured.peak_memory_mb) },
    { name: "CPU at most", value: cores(measured.peak_cpu_cores) },
    { name: "Disk", value: size(measured.disk_mb) },
  ];
}
