/** Whether a host name is served encrypted: its certificate, what keeps it from one, and HTTPS alone. */

import { Lock, LockOpen } from "lucide-react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { SwitchField } from "@/components/ui/switch";
import { Time } from "@/components/ui/time";
import type { Domain } from "@/lib/api/types";
import type { DomainChange } from "../api/change-domain";

interface DomainCertificateProps {
  domain: Domain;
  isBusy: boolean;
  onChange: (change: DomainChange) => void;
}

export function DomainCertificate({ domain, isBusy, onChange }: DomainCertificateProps) {
  const { ssl_enabled: isServed, certificate, certificate_error: error, certificate_due_at: due } = domain;
  return (
    <section aria-label={`Certificate of ${domain.hostname}`} className="grid gap-3">
      <div className="flex min-h-7 items-center gap-2 text-sm">
        {isServed ? (
          <Lock aria-hidden className="text-run size-4 shrink-0" />
        ) : (
          <LockOpen aria-hidden className="text-muted size-4 shrink-0" />
        )}
        {certificate ? (
          <span>
            Encrypted with a certificate of {issuer(certificate.issuer)}, which ends{" "}
            <Time at={certificate.not_after} />
            {due && (
              <>
                ; the next one is asked for <Time at={due} />
              </>
            )}
            .
          </span>
        ) : error ? (
          <span>It has no certificate yet.</span>
        ) : (
          <>
            <span role="status">Its certificate is being made. That takes a minute or two.</span>
            <Button size="sm" look="ghost" disabled={isBusy} onClick={() => onChange("cancel")}>
              Cancel
            </Button>
          </>
        )}
      </div>
      {error && <Trouble domain={domain} error={error} />}
      <SwitchField
        label="HTTPS alone"
        hint={
          isServed
            ? "Browsers that were here once refuse to come without encryption (HSTS)."
            : "It can be turned on once there is a certificate."
        }
        isOn={domain.hsts ?? false}
        disabled={isBusy || (!isServed && !domain.hsts)}
        onChange={(hsts) => onChange({ hsts })}
      />
    </section>
  );
}

function Trouble({ domain, error }: { domain: Domain; error: string }) {
  const { certificate_preflight: looks, certificate_due_at: due } = domain;
  return (
    <Notice tone="warn">
      <p>{error}</p>
      {looks
        ?.filter(({ ok }) => !ok)
        .map(({ check, detail, advice }) => (
          <p key={check} className="mt-1">
            {detail} {advice}
          </p>
        ))}
      {due && (
        <p className="text-muted mt-1 text-xs">
          It is tried again <Time at={due} />.
        </p>
      )}
    </Notice>
  );
}

/** "CN=R11,O=Let's Encrypt,C=US" -> "Let's Encrypt". */
function issuer(name: string): string {
  return /(?:^|,)\s*O=([^,]+)/.exec(name)?.[1] ?? /CN=([^,]+)/.exec(name)?.[1] ?? name;
}
