/** Asks a registry whether a login works. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { RegistryAttributes } from "@/lib/api/types";
import { registriesQuery } from "./list-registries";

export function useCheckRegistry(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => act<RegistryAttributes>(`/registry_credentials/${encodeURIComponent(id)}/check`),
    // A refusal is written down, too.
    onSettled: () => queries.invalidateQueries({ queryKey: registriesQuery.queryKey }),
  });
}
