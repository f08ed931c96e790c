/** Asks before an account is closed, and names what is lost. */

import { toast } from "@/components/feedback/toasts";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { cents, count } from "@/lib/format";
import { useCloseAccount, type Closing } from "../api/closing";
import { whatGoes } from "../what-goes";

export function CloseDialog({ isOpen, onClose, closing }: { isOpen: boolean; onClose: () => void; closing: Closing }) {
  const { mutate, isPending, error, reset } = useCloseAccount();
  const close = () => {
    onClose();
    reset();
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      title="Close your account"
      action="Stop my apps and close"
      typed={closing.confirmation}
      isBusy={isPending}
      error={error}
      onConfirm={() =>
        mutate(closing.confirmation, {
          onSuccess: () => {
            toast("done", "Your account is being closed. You can keep it for now.");
            close();
          },
        })
      }
    >
      <p>
        Now: your apps are stopped, and nothing new can be made or started. For {count(closing.grace_days, "day")} you
        can sign in, export your account, and keep it.
      </p>
      <p>
        After that this is removed for good: {whatGoes(closing.has)}. Apps go with their data, servers with everything
        on them. Until then servers cost at their provider what they cost.
      </p>
      {(closing.has.backup_targets ?? 0) > 0 && (
        <p>Archives of backups in buckets of your own stay there: Hoster forgets only the keys to them.</p>
      )}
      {closing.month_cents > 0 && (
        <p>
          This month comes to {cents(closing.month_cents, closing.currency)} so far. That is billed, and has to be paid.
        </p>
      )}
      {closing.earned_cents > 0 && (
        <p>{cents(closing.earned_cents, closing.currency)} that you earned with templates stay owed to you.</p>
      )}
      <p>What you paid for a plan is not given back. Invoices are kept, as the law demands.</p>
    </ConfirmDialog>
  );
}
