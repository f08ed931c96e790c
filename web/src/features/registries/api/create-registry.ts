/** Stores a login at a registry. Its secret is encrypted and never shown again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { RegistryAttributes } from "@/lib/api/types";
import { registriesQuery } from "./list-registries";

export interface NewRegistry {
  name: string;
  host: string;
  username: string;
  secret: string;
}

export function useCreateRegistry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (login: NewRegistry) =>
      create<RegistryAttributes>("/registry_credentials", "registry_credentials", login),
    onSuccess: () => queries.invalidateQueries({ queryKey: registriesQuery.queryKey }),
  });
}
