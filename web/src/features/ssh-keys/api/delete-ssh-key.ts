/** Forgets a key. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";
import { sshKeysQuery } from "./list-ssh-keys";

export function useDeleteSSHKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/ssh_keys/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: sshKeysQuery.queryKey }),
  });
}
