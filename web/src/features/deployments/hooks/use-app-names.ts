/** The apps that this account has, by id, so that nothing leads to one that is gone. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { deploymentsQuery } from "../api/list-deployments";

export function useAppNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(deploymentsQuery);
  return useMemo(() => new Map(data?.map(({ id, name }) => [id, name])), [data]);
}
