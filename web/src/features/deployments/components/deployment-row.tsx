/** An app in the list: state and what is done on it, address, server, price. */

import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { AppStatus } from "@/components/feedback/app-status";
import { Status } from "@/components/feedback/status";
import { AppIcon } from "@/components/ui/app-icon";
import { Checkbox } from "@/components/ui/checkbox";
import { Time } from "@/components/ui/time";
import { stepName, wordsOf } from "@/config/kinds";
import { paths } from "@/config/paths";
import { price } from "@/lib/format";
import { isBusy, offeredVersion, type Deployment } from "../api/list-deployments";
import { needsAttention } from "../filtering";

interface DeploymentRowProps {
  deployment: Deployment;
  nodeName: string | undefined;
  isPicked: boolean;
  onPick: (id: string, isPicked: boolean) => void;
}

/** Rows that are out of sight are not laid out: there may be hundreds. */
export const DeploymentRow = memo(function DeploymentRow(props: DeploymentRowProps) {
  const { deployment, nodeName, isPicked, onPick } = props;
  const { id, name } = deployment;
  const host = deployment.custom_domains?.[0]?.hostname ?? deployment.domains[0]?.hostname;
  return (
    <div className="hover:bg-hover relative flex items-center gap-3 px-4 py-3 transition-colors duration-150 [contain-intrinsic-size:auto_65px] [content-visibility:auto]">
      {/* Its reach is wider than the box: a finger has to meet it. */}
      <Checkbox
        aria-label={`Select ${name}`}
        state={isPicked}
        onChange={(isTicked) => onPick(id, isTicked)}
        className="relative z-10 before:absolute before:-inset-3"
      />
      <AppIcon name={name} />
      <div className="min-w-0 flex-1">
        <Link
          to={paths.deployment}
          params={{ id }}
          className="block truncate text-sm font-semibold after:absolute after:inset-0"
        >
          {name}
        </Link>
        <p className="text-muted truncate text-xs">{host ?? "No address yet"}</p>
      </div>
      <div className="text-muted hidden w-44 min-w-0 text-xs md:block">
        <p className="truncate">{nodeName ?? "No server yet"}</p>
        <p>
          Made <Time at={deployment.created_at} />
        </p>
      </div>
      <span className="tnum text-muted hidden w-28 text-right text-xs lg:block">
        {price(deployment.price_monthly_cents)}
      </span>
      <StateNow deployment={deployment} />
    </div>
  );
});

/** The state, and below it what is being done, or which version it may be brought to. */
function StateNow({ deployment }: { deployment: Deployment }) {
  const { name, status, health, work } = deployment;
  const offered = offeredVersion(deployment);
  const isUnwell = status === "running" && needsAttention(deployment);
  const doing = isBusy(deployment) ? (work?.step ? stepName(work.step) : wordsOf(work?.kind ?? null).doing) : "";
  return (
    <span className="flex w-28 shrink-0 flex-col items-end gap-1 sm:w-44">
      {isUnwell || work ? (
        <Status state={isUnwell ? health : status} {...(work && status === "running" && { hue: "work" })} />
      ) : (
        <AppStatus status={status} />
      )}
      {doing && <span className="text-muted max-w-full truncate text-xs">{doing}</span>}
      {!doing && offered !== null && <span className="text-muted max-w-full truncate text-xs">{offered} is out</span>}
      <span className="sr-only" role="status">
        {doing ? `${name}: ${doing}` : ""}
      </span>
    </span>
  );
}
