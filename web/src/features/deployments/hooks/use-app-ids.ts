/** The ids of the apps that this account has, so that nothing leads to one that is gone. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { deploymentsQuery } from "../api/list-deployments";

export function useAppIds(): ReadonlySet<string> {
  const { data } = useQuery(deploymentsQuery);
  return useMemo(() => new Set(data?.map(({ id }) => id)), [data]);
}
