/** Takes the closing of one's account back. */

import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { reason } from "@/lib/api/errors";
import { useKeepAccount } from "../api/closing";

export function KeepButton() {
  const { mutate, isPending } = useKeepAccount();
  return (
    <Button
      size="sm"
      look="primary"
      isBusy={isPending}
      onClick={() =>
        mutate(undefined, {
          onSuccess: () => toast("done", "Your account is kept. Start the apps that you want to run."),
          onError: (error) => toast("fail", reason(error)),
        })
      }
    >
      Keep my account
    </Button>
  );
}
