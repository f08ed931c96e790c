/** What a bucket is used by: the apps that are backed up into it, and the backups that lie there. */

import { count } from "@/lib/format";

export interface Uses {
  apps: { id: string; name: string }[];
  backups: number;
}

/** An app, and a backup, as far as they say which bucket they use. */
interface User {
  id: string;
  name: string;
  backup_target_id?: string | null;
}
interface Lying {
  target_id?: string | null;
}

export function usesOf(id: string, apps: User[], backups: Lying[]): Uses {
  return {
    apps: apps.filter(({ backup_target_id: target }) => target === id),
    backups: backups.filter(({ target_id: target }) => target === id).length,
  };
}

export function isUsed({ apps, backups }: Uses): boolean {
  return apps.length > 0 || backups > 0;
}

/** "1 app, 12 backups"; "not in use". */
export function usesTold({ apps, backups }: Uses): string {
  const told = [apps.length > 0 && count(apps.length, "app"), backups > 0 && count(backups, "backup")].filter(Boolean);
  return told.length > 0 ? told.join(", ") : "not in use";
}
