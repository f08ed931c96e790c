/** Forgets a login at a registry. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";
import { registriesQuery } from "./list-registries";

export function useDeleteRegistry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/registry_credentials/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: registriesQuery.queryKey }),
  });
}
