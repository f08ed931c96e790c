/** Lists the latest exports of one's account, newest first; again while one is being made. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ExportAttributes } from "@/lib/api/types";

export type Export = Entity<ExportAttributes>;

const MOST = 5;
const OFTEN = 2_000;

export function isBeingMade({ work, status }: Export): boolean {
  return work !== null || status === "pending";
}

export const exportsQuery = queryOptions({
  queryKey: ["account_exports", "list"],
  queryFn: ({ signal }) => readFirst<ExportAttributes>(`/account_exports?page[size]=${MOST}`, signal),
  refetchInterval: ({ state: { data } }) => (data?.some(isBeingMade) ? OFTEN : false),
});
