/** Stores a private key. It is encrypted and never shown again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { SSHKeyAttributes } from "@/lib/api/types";
import { sshKeysQuery } from "./list-ssh-keys";

export function useCreateSSHKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: { name: string; private_key: string }) =>
      create<SSHKeyAttributes>("/ssh_keys", "ssh_keys", key),
    onSuccess: () => queries.invalidateQueries({ queryKey: sshKeysQuery.queryKey }),
  });
}
