/** Says on a page of settings that work goes on, and ends it where it can be ended. */

import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { stepName, wordsOf } from "@/config/kinds";
import { useActOnDeployment } from "../api/act-on-deployment";
import { isBusy, type Deployment } from "../api/list-deployments";

const CANCELLABLE = new Set(["deploy", "restart", "redeploy"]);

/** What happens now, else why the last change was undone; its height is kept while work goes on. */
export function WorkNotice({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useActOnDeployment(deployment.id);
  const { work, status, error_message: fault, next_version: next } = deployment;
  if (isBusy(deployment)) {
    return (
      <Notice tone="info" className="mb-6">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1" role="status">
          {wordsOf(work?.kind ?? null).doing}
          {next && ` to ${next}`}
          {work?.step && `: ${stepName(work.step).toLowerCase()}`}. Nothing else can be changed meanwhile.
          {work && CANCELLABLE.has(work.kind) && (
            <Button size="sm" isBusy={isPending} onClick={() => mutate("cancel")}>
              Cancel and undo
            </Button>
          )}
        </span>
      </Notice>
    );
  }
  if (status === "running" && fault) {
    return (
      <Notice tone="warn" className="mb-6">
        The last change was undone, the app runs as before. {fault}
      </Notice>
    );
  }
  return null;
}
