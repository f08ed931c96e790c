/** Has a version of a template tested on a server of its own. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { ProofAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { proofsQuery } from "./list-proofs";

export interface WhereToProve {
  cloud_credential_id: string;
  region: string;
  size: string;
}

export function useProveVersion(templateId: string, version: string) {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  const path = `/templates/${encodeURIComponent(templateId)}/versions/${encodeURIComponent(version)}/prove`;
  return useMutation({
    mutationFn: (where: WhereToProve) => create<ProofAttributes>(path, "template_proofs", where, key()),
    onSettled: (_data, error) => settle(error),
    onSuccess: () => queries.invalidateQueries({ queryKey: proofsQuery(templateId).queryKey }),
  });
}
