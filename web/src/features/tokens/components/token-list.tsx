/** The tokens of this account: what each may do, until when, when it was used, and its end. */

import { useState } from "react";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Time } from "@/components/ui/time";
import { useNow } from "@/lib/use-now";
import type { Token } from "../api/list-tokens";
import { useRevokeToken } from "../api/revoke-token";
import { scopeName, standingOf } from "../standing";

export function TokenList({ tokens }: { tokens: Token[] }) {
  const [leaving, setLeaving] = useState<Token | null>(null);
  const { mutate, isPending, error, reset } = useRevokeToken();
  const close = () => {
    setLeaving(null);
    reset();
  };
  if (tokens.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        No tokens yet. With one, a program or the command line works as you do, as far as you let it.
      </p>
    );
  }
  return (
    <>
      <ul className="divide-line divide-y">
        {tokens.map((token) => (
          <TokenItem key={token.id} token={token} onRevoke={() => setLeaving(token)} />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={close}
        title={`Revoke ${leaving?.name ?? ""}`}
        action="Revoke"
        isBusy={isPending}
        error={error}
        onConfirm={() => {
          if (leaving) mutate(leaving.id, { onSuccess: close });
        }}
      >
        <p>Whatever uses this token is refused within a few seconds. It cannot be made valid again.</p>
      </ConfirmDialog>
    </>
  );
}

function TokenItem({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const standing = standingOf(token, useNow());
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
          <span className="truncate">{token.name}</span>
          {standing === "soon" && <Status state="soon" hue="warn" word="Expires soon" />}
          {standing === "over" && <Status state="over" hue="fail" word="Expired" />}
          {standing === "unfinished" && <Status state="unfinished" hue="warn" word="Revoke it again" />}
        </p>
        <p className="text-muted text-xs">
          {scopeName(token.scope)} · {standing === "over" ? "expired" : "expires"} <Time at={token.expires_at} /> ·{" "}
          {token.last_used_at ? (
            <>
              last used <Time at={token.last_used_at} />
            </>
          ) : (
            "never used"
          )}
        </p>
        {standing === "unfinished" && (
          <p className="text-muted text-xs">It opens nothing. The gateway still has its key.</p>
        )}
      </div>
      <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}
