/** Makes a key. The answer alone shows its private half; a repeat of the request does not. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { SSHKeyAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { sshKeysQuery } from "./list-ssh-keys";

export function useGenerateSSHKey() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: (name: string) => create<SSHKeyAttributes>("/ssh_keys/generate", "ssh_keys", { name }, key()),
    onSettled: (_data, error) => settle(error),
    onSuccess: () => queries.invalidateQueries({ queryKey: sshKeysQuery.queryKey }),
    // It holds a secret: nothing keeps it once the dialog is closed.
    gcTime: 0,
  });
}
