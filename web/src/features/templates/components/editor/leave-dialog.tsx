/** Asks before what was written is lost. */

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { LeaveGuard } from "../../hooks/use-leave-guard";

export function LeaveDialog({ guard }: { guard: LeaveGuard }) {
  return (
    <ConfirmDialog
      isOpen={guard.isAsked}
      onClose={guard.stay}
      title="Leave without saving?"
      action="Leave and lose the changes"
      keep="Go on writing"
      isBusy={false}
      error={null}
      onConfirm={guard.leave}
    >
      What you changed in this template is not saved.
    </ConfirmDialog>
  );
}
