/** One thing that a look for forgotten servers found, and what helps. */

import { Link } from "@tanstack/react-router";
import { Check, Info, TriangleAlert } from "lucide-react";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import type { SweepFinding } from "@/lib/api/types";
import type { Credential } from "../api/list-credentials";
import { isCalm, isSetRight, titleOf } from "../sweeps";
import { DestroyOrphanButton } from "./destroy-orphan-button";

interface FindingItemProps {
  credential: Credential;
  finding: SweepFinding;
}

/** What is mended on the page of servers. */
const OF_SERVERS = new Set(["waiting", "unproven", "stuck", "adopted"]);

export function FindingItem({ credential, finding }: FindingItemProps) {
  const { kind, server_id: id, server_name: name, region, server_created_at: made, message, error } = finding;
  return (
    <div className="flex gap-2">
      <Sign finding={finding} />
      <div className="min-w-0 flex-1">
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          <p className="min-w-0 flex-1 basis-52 text-sm">
            <span className="font-medium break-all">{name ?? id}</span>
            <span className="text-muted text-xs">
              {" · "}
              {titleOf(finding)}
              {region && ` · ${region}`}
              {made && (
                <>
                  {" · made "}
                  <Time at={made} />
                </>
              )}
            </span>
          </p>
          {kind === "orphan" && id && name && (
            <DestroyOrphanButton credential={credential} orphan={{ id, name, region, made }} />
          )}
          {OF_SERVERS.has(kind) && (
            <Link to={paths.nodes} className="text-accent text-xs underline underline-offset-2">
              Go to the servers
            </Link>
          )}
        </div>
        <p className="text-muted text-xs break-words">{message}</p>
        {error && <p className="text-fail text-xs break-words">Hoster could not do that: {error}</p>}
      </div>
    </div>
  );
}

function Sign({ finding }: { finding: SweepFinding }) {
  const look = "mt-1.5 size-4 shrink-0";
  if (isSetRight(finding)) return <Check aria-label="Set right" className={`${look} text-run`} />;
  if (isCalm(finding)) return <Info aria-label="To be known" className={`${look} text-rest`} />;
  return <TriangleAlert aria-label="Needs you" className={`${look} text-warn`} />;
}
