/** What a failed server still costs, and what can be done about it. */

import type { Provision } from "./api/list-provisions";

/** What passes by itself or by another try, or says that the server is there: no reason to forget it. */
const NO_REASON = new Set([
  "server_returned",
  "throttled",
  "provider_unavailable",
  "deadline_passed",
  "not_ready",
  "contended",
  "work_in_progress",
  "internal_error",
]);

/** Whether what failed was the destroying of it, not its making. */
export function failedToGo({ status, failed_from: from }: Provision): boolean {
  return status === "failed" && from === "destroying";
}

/** Whether its record may be ended without the provider's word. */
export function canBeForgotten(provision: Provision): boolean {
  return failedToGo(provision) && !NO_REASON.has(provision.error_code ?? "");
}

/** Whether a failed server may still stand at its provider. */
export function stillExists({ status, provider_instance_id: instance }: Provision): boolean {
  return status === "failed" && Boolean(instance);
}
