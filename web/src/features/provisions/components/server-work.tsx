/** The work on a server, step by step: its making, its destroying, or a check of it. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { LiveTimeline } from "../../timelines/components/live-timeline";
import { isBusy, type Provision } from "../api/list-provisions";
import { canBeForgotten, failedToGo, stillExists } from "../failures";
import type { Server } from "../servers";
import { ForgetButton } from "./forget-button";
import { CancelButton, RetryButton } from "./server-actions";
import { ServerCost } from "./server-cost";

export function ServerWork({ server: { provision, node } }: { server: Server }) {
  const isNodeBusy = node !== null && node.work !== null;
  // What ended a while ago is not told again; what was watched stays.
  const [wasWatched, setWatched] = useState(isNodeBusy);
  if (isNodeBusy && !wasWatched) setWatched(true);
  const isSettled = provision === null || provision.status === "ready";
  if (node && wasWatched && isSettled) {
    return <LiveTimeline resource="nodes" id={node.id} isWorking={isNodeBusy} cause={node.error_message ?? null} />;
  }
  if (!provision) return null;
  return (
    <LiveTimeline
      resource="cloud_provisions"
      id={provision.id}
      isWorking={isBusy(provision)}
      cause={provision.error_message ?? null}
      remedies={provision.status === "failed" && <Remedies provision={provision} />}
      aside={provision.work?.kind === "provision" && <CancelButton provision={provision} />}
    />
  );
}

const OF_TOKEN = new Set(["invalid_credential", "gone_unproven", "credential_missing", "credential_unreadable"]);

function Remedies({ provision }: { provision: Provision }) {
  const isOfToken = OF_TOKEN.has(provision.error_code ?? "");
  return (
    <div className="grid min-w-0 flex-1 gap-3">
      {stillExists(provision) ? (
        <ServerCost provision={provision} />
      ) : (
        !failedToGo(provision) && (
          <p className="text-muted text-sm">No server of it is known at the provider: there is nothing to pay.</p>
        )
      )}
      {isOfToken && (
        <p className="text-sm">
          Is it the token?{" "}
          <Link to="/credentials" className="text-accent underline underline-offset-2">
            Replace it
          </Link>{" "}
          and try again.
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <RetryButton provision={provision} />
        {canBeForgotten(provision) && <ForgetButton provision={provision} />}
      </div>
    </div>
  );
}
