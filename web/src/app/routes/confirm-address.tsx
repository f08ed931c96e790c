/** What the link leads to by which an address agrees to notices. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { useConfirmAddress } from "@/features/notices/api/channels";
import { reason } from "@/lib/api/errors";

export function ConfirmAddress() {
  // The token stands behind the #, so that no server and no log sees it with the page's address.
  const [token] = useState(() => window.location.hash.slice(1));
  const { mutate, data, error, isPending } = useConfirmAddress();
  return (
    <div className="mx-auto max-w-lg space-y-4 p-6">
      <PageHead title="Notices to this address" />
      {data ? (
        <Notice tone="info">Notices go to {data.address ?? "this address"} from now on.</Notice>
      ) : (
        <>
          <p className="text-sm">Whoever sent for this link wants to have notices of their apps go to your address.</p>
          {token === "" && <Notice tone="fail">This link is not whole. Open the one in the letter again.</Notice>}
          {error && <Notice tone="fail">{reason(error)}</Notice>}
          <Button look="primary" isBusy={isPending} disabled={token === ""} onClick={() => mutate(token)}>
            Confirm this address
          </Button>
        </>
      )}
    </div>
  );
}
