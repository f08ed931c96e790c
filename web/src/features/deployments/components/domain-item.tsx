/** One host name: how it stands, its records, its certificate. */

import type { ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import type { Domain } from "@/lib/api/types";
import { useChangeDomain } from "../api/change-domain";
import { DnsRecords } from "./dns-records";
import { DomainCertificate } from "./domain-certificate";

interface DomainItemProps {
  deploymentId: string;
  domain: Domain;
  onRemove: () => void;
}

export function DomainItem({ deploymentId, domain, onRemove }: DomainItemProps) {
  const { hostname, type, status } = domain;
  const { mutate, isPending } = useChangeDomain(deploymentId, hostname);
  const isOwn = type === "custom";
  return (
    <li className="grid gap-3 px-4 py-3">
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <h3 className="min-w-0 font-mono text-sm font-medium break-all">{hostname}</h3>
        <CopyButton text={hostname} label={`Copy ${hostname}`} />
        <Status state={status} />
        <span className="ml-auto flex items-center gap-2">
          {isOwn ? (
            <>
              <Button size="sm" isBusy={isPending} onClick={() => mutate("verify")} aria-label={`Verify now: ${hostname}`}>
                Verify now
              </Button>
              <Button size="sm" look="danger" onClick={onRemove} aria-label={`Remove ${hostname}`}>
                Remove
              </Button>
            </>
          ) : (
            <span className="text-muted text-xs">
              Comes with the app{domain.ssl_enabled && ", encrypted"}
            </span>
          )}
        </span>
      </div>
      {isOwn && (
        <>
          <Standing domain={domain} />
          {status === "verified" || status === "failing" ? (
            <>
              <DomainCertificate domain={domain} isBusy={isPending} onChange={mutate} />
              <Folded isOpen={status === "failing"}>
                <DnsRecords domain={domain} />
              </Folded>
            </>
          ) : (
            <DnsRecords domain={domain} />
          )}
        </>
      )}
    </li>
  );
}

function Folded({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  return (
    <details open={isOpen}>
      <summary className="text-muted text-xs">DNS records</summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

/** What its state means, and when it is looked at. */
function Standing({ domain }: { domain: Domain }) {
  const { status, last_check_error: fault, checked_at: at, next_check_at: next, unrouted_after: until } = domain;
  const looked = (
    <span className="text-muted text-xs">
      {at ? (
        <>
          Looked at <Time at={at} />
        </>
      ) : (
        "Not looked at yet"
      )}
      {next && (
        <>
          , again <Time at={next} />
        </>
      )}
      .
    </span>
  );
  if (status === "verified") return looked;
  if (status === "pending") {
    return (
      <p className="text-sm">
        Waits for the proof that the name is yours. Until then it answers with 403. {looked}
      </p>
    );
  }
  return (
    <Notice tone={status === "failing" ? "warn" : "fail"}>
      <p>
        {status === "failing" && (
          <>
            Its records no longer lead here. It leads to the app until{" "}
            {until ? <Time at={until} /> : "its time is over"}, then nowhere.
          </>
        )}
        {status === "unrouted" && "It leads nowhere: its records were gone for too long. It comes back with them."}
        {status === "failed" && "Hoster has stopped looking: no proof came. Make the records, then verify now."}
      </p>
      {fault && <p className="mt-1">{fault}</p>}
      <p className="mt-1">{looked}</p>
    </Notice>
  );
}
