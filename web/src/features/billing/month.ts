/** Reads a month's lines by app. */

import type { InvoiceAttributes } from "@/lib/api/types";

/** What an app has cost in this month so far, in cents. */
export function costOf(month: Pick<InvoiceAttributes, "items"> | null, deploymentId: string): number {
  return (month?.items ?? [])
    .filter((item) => item.kind === "run" && item.deployment_id === deploymentId)
    .reduce((sum, { cents }) => sum + cents, 0);
}
