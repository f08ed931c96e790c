/** What the link at the end of a letter leads to: its reader has notices stopped, or come again. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { useConfirmAddress, useUnsubscribe } from "@/features/notices/api/channels";
import { reason } from "@/lib/api/errors";

export function Unsubscribe() {
  // What looks at letters for their readers opens every link: nothing happens until a button is pressed.
  const [token] = useState(() => window.location.hash.slice(1));
  const stopping = useUnsubscribe();
  const resuming = useConfirmAddress();
  const isStopped = stopping.isSuccess && !resuming.isSuccess;
  const error = stopping.error ?? resuming.error;
  const place = stopping.data?.address ?? "this address";
  return (
    <div className="mx-auto max-w-lg space-y-4 p-6">
      <PageHead title="Stop notices to this address" />
      {!stopping.isSuccess && !resuming.isSuccess && (
        <p className="text-sm">
          Somebody has notices of their apps and servers go to your address. You can have them stopped; whoever set them up
          sees that you did.
        </p>
      )}
      {isStopped && (
        <Notice tone="info">
          No more notices go to {place}. {stopping.data.own && "What is owed is told all the same."}
        </Notice>
      )}
      {resuming.isSuccess && <Notice tone="info">Notices go to {resuming.data.address ?? "this address"} from now on.</Notice>}
      {token === "" && <Notice tone="fail">This link is not whole. Open the one in the letter again.</Notice>}
      {error && <Notice tone="fail">{reason(error)}</Notice>}
      {!resuming.isSuccess && (
        <div className="flex flex-wrap items-center gap-3">
          {!stopping.isSuccess && (
            <Button look="primary" isBusy={stopping.isPending} disabled={token === ""} onClick={() => stopping.mutate(token)}>
              Stop these notices
            </Button>
          )}
          <Button isBusy={resuming.isPending} disabled={token === ""} onClick={() => resuming.mutate(token)}>
            Have them come again
          </Button>
        </div>
      )}
    </div>
  );
}
