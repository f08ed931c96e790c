/** Has a server made. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { ProvisionAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { provisionsQuery } from "./list-provisions";

export interface NewProvision {
  credential_id: string;
  instance_name: string;
  region: string;
  size: string;
  /** Whether ports 80 and 443 are open, beside SSH and the apps' own. */
  open_web_ports: boolean;
}

export function useCreateProvision() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: (provision: NewProvision) =>
      create<ProvisionAttributes>("/cloud_provisions", "cloud_provisions", provision, key()),
    onSettled: (_data, error) => settle(error),
    onSuccess: () => queries.invalidateQueries({ queryKey: provisionsQuery.queryKey }),
  });
}
