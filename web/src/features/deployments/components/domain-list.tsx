/** The host names of an app, and what stands between each and its visitors. */

import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { Domain } from "@/lib/api/types";
import { useRemoveDomain } from "../api/remove-domain";
import { DomainItem } from "./domain-item";

interface DomainListProps {
  deploymentId: string;
  domains: Domain[];
}

export function DomainList({ deploymentId, domains }: DomainListProps) {
  const [leaving, setLeaving] = useState<Domain | null>(null);
  const { mutate, isPending, error, reset } = useRemoveDomain(deploymentId);
  const close = () => {
    setLeaving(null);
    reset();
  };
  return (
    <>
      <ul className="divide-line divide-y">
        {domains.map((domain) => (
          <DomainItem
            key={domain.hostname}
            deploymentId={deploymentId}
            domain={domain}
            onRemove={() => setLeaving(domain)}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={close}
        title={`Remove ${leaving?.hostname ?? ""}`}
        action="Remove domain"
        isBusy={isPending}
        error={error}
        onConfirm={() => {
          if (!leaving) return;
          const { hostname } = leaving;
          mutate(hostname, {
            onSuccess: () => {
              toast("done", `${hostname} is removed.`);
              close();
            },
          });
        }}
      >
        <p>
          The app no longer answers under this name
          {leaving?.ssl_enabled && ", and its certificate and key are taken away"}. You can add it again later,
          with a new proof.
        </p>
        {leaving?.hsts && (
          <p>Browsers that were here go on refusing to come without encryption, wherever the name leads then.</p>
        )}
      </ConfirmDialog>
    </>
  );
}
