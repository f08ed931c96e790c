/** Asks for links to a backup's archives, and for what opens them. */

import { useMutation } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { BackupDownloadAttributes } from "@/lib/api/types";

export function useOpenBackup(id: string) {
  return useMutation({
    mutationFn: () => act<BackupDownloadAttributes>(`/backups/${encodeURIComponent(id)}/download`),
    // What opens the archives is kept nowhere once it is not shown any more.
    gcTime: 0,
  });
}
