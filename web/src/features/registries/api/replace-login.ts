/** Puts another login in the place of one at the same registry, and asks there whether it works. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act, change } from "@/lib/api/client";
import type { RegistryAttributes } from "@/lib/api/types";
import { registriesQuery } from "./list-registries";

export function useReplaceLogin(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (login: { username: string; secret: string }) => {
      await change<RegistryAttributes>("registry_credentials", id, login);
      return act<RegistryAttributes>(`/registry_credentials/${encodeURIComponent(id)}/check`);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: registriesQuery.queryKey }),
  });
}
