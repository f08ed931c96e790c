/** The host names of an app, and what stands between each and its visitors. */

import { useState } from "react";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CopyButton } from "@/components/ui/copy-button";
import type { Domain } from "@/lib/api/types";
import { useRemoveDomain } from "../api/remove-domain";

interface DomainListProps {
  deploymentId: string;
  domains: Domain[];
}

export function DomainList({ deploymentId, domains }: DomainListProps) {
  const [leaving, setLeaving] = useState<string | null>(null);
  const { mutate, isPending, error, reset } = useRemoveDomain(deploymentId);
  const close = () => {
    setLeaving(null);
    reset();
  };
  return (
    <>
      <ul className="divide-line divide-y">
        {domains.map((domain) => (
          <DomainRow key={domain.hostname} domain={domain} onRemove={() => setLeaving(domain.hostname)} />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={close}
        title={`Remove ${leaving ?? ""}`}
        action="Remove domain"
        isBusy={isPending}
        error={error}
        onConfirm={() => {
          if (leaving !== null) mutate(leaving, { onSuccess: close });
        }}
      >
        <p>The app no longer answers under this name. You can add it again later, and prove it again.</p>
      </ConfirmDialog>
    </>
  );
}

function DomainRow({ domain, onRemove }: { domain: Domain; onRemove: () => void }) {
  const { hostname, type, status } = domain;
  return (
    <li className="px-4 py-2">
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <span className="min-w-0 font-mono text-xs break-all">{hostname}</span>
        <CopyButton text={hostname} label={`Copy ${hostname}`} />
        <span className="ml-auto flex items-center gap-2">
          <Status state={status} />
          {type === "custom" ? (
            <Button size="sm" onClick={onRemove} aria-label={`Remove ${hostname}`}>
              Remove
            </Button>
          ) : (
            <span className="text-muted text-xs">Comes with the app</span>
          )}
        </span>
      </div>
      {status === "pending" && (
        <p className="text-muted pb-1 text-xs">
          Waits for the proof that the name is yours. Until then it answers with 403.
        </p>
      )}
    </li>
  );
}
