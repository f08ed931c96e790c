/** Lists the latest tests of a template's versions, newest first; again while one goes on. */

import { queryOptions } from "@tanstack/react-query";
import { readFirst } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ProofAttributes } from "@/lib/api/types";

export type Proof = Entity<ProofAttributes>;

const MOST = 10;
const OFTEN = 2_000;

export function isGoingOn({ work, status }: Proof): boolean {
  return work !== null || status === "pending" || status === "proving";
}

export function proofsQuery(templateId: string) {
  return queryOptions({
    queryKey: ["template_proofs", templateId],
    queryFn: ({ signal }) => {
      const search = new URLSearchParams({ "filter[template_id]": templateId, "page[size]": String(MOST) });
      return readFirst<ProofAttributes>(`/template_proofs?${search}`, signal);
    },
    refetchInterval: ({ state: { data } }) => (data?.some(isGoingOn) ? OFTEN : false),
  });
}
