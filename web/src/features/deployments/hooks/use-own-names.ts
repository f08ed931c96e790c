/** Reads the host names of those apps that have own ones; the plan bounds how many that are. */

import { useQueries } from "@tanstack/react-query";
import type { Domain } from "@/lib/api/types";
import { domainsQuery } from "../api/list-domains";
import type { Deployment } from "../api/list-deployments";

export function withOwnNames(deployments: readonly Deployment[]): Deployment[] {
  return deployments.filter(({ custom_domains: names }) => names?.length);
}

/** The names that are known so far, by the apps' ids. */
export function useOwnNames(deployments: readonly Deployment[]): Map<string, Domain[]> {
  const apps = withOwnNames(deployments);
  const read = useQueries({ queries: apps.map(({ id }) => domainsQuery(id)) });
  return new Map(apps.map(({ id }, place) => [id, read[place]?.data ?? []]));
}
