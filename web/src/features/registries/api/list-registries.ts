/** Lists one's logins at registries of images. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { RegistryAttributes } from "@/lib/api/types";

export type Registry = Entity<RegistryAttributes>;

export const registriesQuery = queryOptions({
  queryKey: ["registry_credentials", "list"],
  queryFn: ({ signal }) => readAll<RegistryAttributes>("/registry_credentials", signal),
});
