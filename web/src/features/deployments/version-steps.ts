/** What another version of its template would mean for an app. */

import type { Variable } from "@/lib/api/types";
import { cores, size } from "@/lib/format";
import type { Version } from "../templates/api/list-versions";
import type { Deployment } from "./api/list-deployments";
import { isOptional } from "./settings";

export interface Difference {
  name: string;
  before: string;
  after: string;
}

type Needs = Pick<Version, "resources_cpu_cores" | "resources_memory_mb" | "resources_disk_mb">;

/** What it takes of its server and of the plan, where that is another amount. */
export function resourceChanges(deployment: Deployment, next: Needs): Difference[] {
  const all = [
    { name: "CPU", of: (one: Needs) => cores(one.resources_cpu_cores ?? 0) },
    { name: "Memory", of: (one: Needs) => size(one.resources_memory_mb ?? 0) },
    { name: "Disk", of: (one: Needs) => size(one.resources_disk_mb ?? 0) },
  ];
  return all
    .map(({ name, of }) => ({ name, before: of(deployment), after: of(next) }))
    .filter(({ before, after }) => before !== after);
}

/** How much more it takes of the plan's limits. */
export function moreOfPlan(deployment: Deployment, next: Needs): Record<string, number> {
  const more = (of: (one: Needs) => number) => Math.max(0, of(next) - of(deployment));
  return {
    cpu_cores: more((one) => one.resources_cpu_cores ?? 0),
    memory_mb: more((one) => one.resources_memory_mb ?? 0),
    disk_mb: more((one) => one.resources_disk_mb ?? 0),
  };
}

export function variablesOf({ variables }: Pick<Version, "variables">): Variable[] {
  return (variables ?? []) as unknown as Variable[];
}

/** The variables of a version that the app has no value for and has to be given one. */
export function missingVariables(deployment: Deployment, next: Version): Variable[] {
  const known = new Set([...Object.keys(deployment.variables ?? {}), ...(deployment.secrets ?? [])]);
  return variablesOf(next).filter((one) => !known.has(one.name) && (!isOptional(one) || Boolean(one.generator)));
}

/** The version that ran before the present one, as the app's events tell; null where none did. */
export function versionBefore(
  events: { type: string; details: Record<string, unknown> }[],
  present: string | null | undefined,
): string | null {
  const change = events.find(
    ({ type, details }) =>
      type === "redeployed" && details.version === present && details.previous !== details.version,
  );
  return typeof change?.details.previous === "string" ? change.details.previous : null;
}
