/** Lists the accounts at providers in which Hoster may make servers. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { CredentialAttributes } from "@/lib/api/types";

export type Credential = Entity<CredentialAttributes>;

export const credentialsQuery = queryOptions({
  queryKey: ["cloud_credentials", "list"],
  queryFn: ({ signal }) => readAll<CredentialAttributes>("/cloud_credentials", signal),
});
