/** Has one's account written into an archive. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { create } from "@/lib/api/client";
import type { ExportAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { exportsQuery } from "./list-exports";

export function useCreateExport() {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    /** Every app may be backed up first, so that the export has what they hold now. */
    mutationFn: ({ isFresh }: { isFresh: boolean }) =>
      create<ExportAttributes>(
        "/account_exports",
        "account_exports",
        { include_secrets: true, ...(isFresh && { fresh_backups: true }) },
        key(),
      ),
    onSettled: (_data, error) => settle(error),
    onSuccess: () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey }),
  });
}
