/** Lists the keys with which Hoster logs in to servers. */

import { queryOptions } from "@tanstack/react-query";
import { readAll } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { SSHKeyAttributes } from "@/lib/api/types";

export type SSHKey = Entity<SSHKeyAttributes>;

export const sshKeysQuery = queryOptions({
  queryKey: ["ssh_keys", "list"],
  queryFn: ({ signal }) => readAll<SSHKeyAttributes>("/ssh_keys", signal),
});
