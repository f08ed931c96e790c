/** What the last look for forgotten servers found in an account, and a way to look now. */

import { useQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import { useBeginSweep } from "../api/begin-sweep";
import { sweepQuery, type Sweep } from "../api/get-sweep";
import type { Credential } from "../api/list-credentials";
import { providerName } from "../providers";
import { inOrder, summary } from "../sweeps";
import { FindingItem } from "./finding-item";

export function SweepReport({ credential }: { credential: Credential }) {
  const { data: sweep, error } = useQuery(sweepQuery(credential.id));
  const { mutate, isPending } = useBeginSweep(credential.id);
  return (
    <section aria-label={`Forgotten servers in ${credential.name}`} className="mt-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p role="status" className="text-muted min-h-7 min-w-0 flex-1 basis-52 py-1 text-xs">
          {isPending ? (
            <span className="inline-flex items-center gap-1">
              <LoaderCircle aria-hidden className="text-work size-4 animate-spin" />
              Looking through {credential.name}.
            </span>
          ) : sweep ? (
            <Summary sweep={sweep} />
          ) : (
            error && `The last report could not be read. ${reason(error)}`
          )}
        </p>
        <Button
          size="sm"
          disabled={isPending}
          aria-label={`Look for forgotten servers in ${credential.name}`}
          onClick={() => mutate()}
        >
          Look for forgotten servers
        </Button>
      </div>
      {sweep && <Report credential={credential} sweep={sweep} />}
    </section>
  );
}

function Summary({ sweep }: { sweep: Sweep }) {
  if (sweep.state === "never") return <>Not looked for forgotten servers yet. Hoster does so every five minutes.</>;
  return (
    <>
      {sweep.state === "done" && <span className="text-text">{summary(sweep)} </span>}
      {sweep.ended_at && (
        <>
          Looked <Time at={sweep.ended_at} />.
        </>
      )}
    </>
  );
}

function Report({ credential, sweep }: { credential: Credential; sweep: Sweep }) {
  const { state, errors, findings, left_out: more } = sweep;
  return (
    <>
      {sweep.report_only && <OnlyReported reason={sweep.report_only_reason} />}
      {errors.length > 0 && (
        <Notice tone={state === "failed" ? "fail" : "warn"} className="mt-2">
          <p className="font-medium">
            {state === "failed"
              ? `${providerName(credential.provider)} could not be looked through.`
              : "Not everything could be looked at."}
          </p>
          {errors.map(({ region, message }) => (
            <p key={`${region ?? ""} ${message}`}>{region ? `${region}: ${message}` : message}</p>
          ))}
        </Notice>
      )}
      {findings.length > 0 && (
        <ul className="border-line divide-line mt-2 divide-y rounded-md border">
          {inOrder(findings).map((finding) => (
            <li key={`${finding.kind} ${finding.server_id ?? ""} ${finding.provision_id ?? ""}`} className="px-3 py-2">
              <FindingItem credential={credential} finding={finding} />
            </li>
          ))}
        </ul>
      )}
      {more > 0 && <p className="text-muted mt-2 text-xs">And {more} more.</p>}
    </>
  );
}

function OnlyReported({ reason: why }: { reason: string | null }) {
  return (
    <Notice tone="warn" className="mt-2">
      <p className="font-medium">Hoster only reports now: it destroys nothing and ends no record.</p>
      {why && <p className="mt-1">{why}</p>}
      <p className="mt-1">
        Once the report is as it should be, an operator of this installation ends that with{" "}
        <code className="font-mono text-xs">make sweep LIFT=1</code>.
      </p>
    </Notice>
  );
}
