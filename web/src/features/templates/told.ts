/** What is told of a template in few words: who made it, how fast it starts, what it needs. */

import { cores, duration, size } from "@/lib/format";
import type { Template } from "./api/list-templates";

/** From so many starts on, their median is said without their number. */
const ENOUGH = 3;

/** "by Ann & sons"; empty where its creator says no name. */
export function makerOf({ creator_name: name }: Template): string {
  return name ? `by ${name}` : "";
}

/** "starts in 14 s", "started once, in 14 s"; empty before its first start. */
export function speedOf({ start_seconds: seconds, starts }: Template): string {
  if (!seconds || !starts) return "";
  if (starts >= ENOUGH) return `starts in ${duration(seconds)}`;
  return starts === 1 ? `started once, in ${duration(seconds)}` : `started twice, in ${duration(seconds)}`;
}

/** "healthy in 14 s, 180 MB", as its present version was measured; empty where that was not. */
export function provenOf({ proof, version }: Template): string {
  if (proof?.template_version !== version) return "";
  return `healthy in ${duration(proof.healthy_seconds)}, ${size(proof.peak_memory_mb)}`;
}

/** "0.5 CPU, 256 MB" as far as the template says. */
export function needsOf(template: Template): string {
  const parts: string[] = [];
  if (template.resources_cpu_cores) parts.push(cores(template.resources_cpu_cores));
  if (template.resources_memory_mb) parts.push(size(template.resources_memory_mb));
  return parts.join(", ");
}
