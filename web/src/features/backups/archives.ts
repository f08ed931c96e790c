/** What the archives of a backup are: of a volume's files, or what a service's own command wrote. */

import type { BackupAttributes } from "@/lib/api/types";

export type Archive = BackupAttributes["archives"][number];

/** "Dump of db"; a volume is called by its name. */
export function archiveName({ kind, service, volume }: Archive): string {
  return kind === "dump" ? `Dump of ${service}` : (volume ?? "");
}

/** The volumes whose data is replaced when archives are restored, each once. */
export function overwritten(archives: Archive[]): string[] {
  return [...new Set(archives.flatMap(({ volume, volumes = [] }) => (volume ? [volume] : volumes)))];
}
