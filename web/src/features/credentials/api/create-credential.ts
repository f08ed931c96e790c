/** Stores a credential. Its token is encrypted and never shown again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { CredentialAttributes } from "@/lib/api/types";
import { credentialsQuery } from "./list-credentials";

export interface NewCredential {
  name: string;
  provider: string;
  credentials: Record<string, string>;
}

export function useCreateCredential() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (credential: NewCredential) =>
      create<CredentialAttributes>("/cloud_credentials", "cloud_credentials", credential),
    onSuccess: () => queries.invalidateQueries({ queryKey: credentialsQuery.queryKey }),
  });
}
