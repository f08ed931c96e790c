/** The test of a template's present version, for its creator: asked for, watched, and how it ended. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Status } from "@/components/feedback/status";
import { Time } from "@/components/ui/time";
import { useWasTyped } from "@/lib/forms/use-typed";
import { LiveTimeline } from "../../timelines/components/live-timeline";
import { isGoingOn, proofsQuery, type Proof } from "../api/list-proofs";
import { nextStepOf } from "../next-step";

const ProveDialog = lazy(() => import("./prove-dialog"));

interface VersionTestProps {
  templateId: string;
  /** The present version. */
  version: string;
}

export function VersionTest({ templateId, version }: VersionTestProps) {
  const { data: proofs } = useQuery(proofsQuery(templateId));
  const [isOpen, setOpen] = useState(useWasTyped("prove-version"));
  const latest = proofs?.[0];
  const isTesting = latest !== undefined && isGoingOn(latest);
  useShownAtEnd(isTesting);
  return (
    <section aria-label="Test of a version" className="grid gap-3">
      <Card
        title="Test"
        aside={
          <Button size="sm" disabled={isTesting || !proofs} onClick={() => setOpen(true)}>
            Test this version
          </Button>
        }
      >
        <div className="px-4 py-3 text-sm">{latest ? <Standing proof={latest} /> : <About version={version} />}</div>
      </Card>
      {latest && (
        <LiveTimeline
          key={latest.id}
          resource="template_proofs"
          id={latest.id}
          isWorking={isTesting}
          cause={latest.error_message ?? null}
          remedies={latest.status === "failed" && <Remedies proof={latest} onAgain={() => setOpen(true)} />}
        />
      )}
      <Suspense fallback={null}>
        {isOpen && <ProveDialog templateId={templateId} version={version} onClose={() => setOpen(false)} />}
      </Suspense>
    </section>
  );
}

/** What a template tells of its tests is read again once one has ended. */
function useShownAtEnd(isTesting: boolean): void {
  const queries = useQueryClient();
  const was = useRef(isTesting);
  useEffect(() => {
    if (was.current && !isTesting) void queries.invalidateQueries({ queryKey: ["templates"] });
    was.current = isTesting;
  }, [queries, isTesting]);
}

function About({ version }: { version: string }) {
  return (
    <p className="text-muted max-w-[72ch]">
      Nothing was tested yet. A test deploys version {version} with generated settings on a server of its own, opens it,
      restarts the server, measures, and takes everything down again. What it measured is shown in the catalogue.
    </p>
  );
}

function Standing({ proof }: { proof: Proof }) {
  const { template_version: version, status, region, size, started_at: began, finished_at: ended } = proof;
  return (
    <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Status state={status} {...LOOKS[status]} />
      <span>
        Version <span className="font-mono text-xs">{version}</span> on {size} in {region}
      </span>
      <span className="text-muted text-xs">
        <Time at={ended ?? began} />
      </span>
    </p>
  );
}

const LOOKS: Record<string, { hue: "run" | "work"; word?: string }> = {
  pending: { hue: "work", word: "Testing" },
  proving: { hue: "work", word: "Testing" },
  proven: { hue: "run" },
};

function Remedies({ proof, onAgain }: { proof: Proof; onAgain: () => void }) {
  const next = nextStepOf(proof.error_code);
  return (
    <>
      {next?.to === "/credentials" && (
        <LinkButton size="sm" to={next.to}>
          {next.label}
        </LinkButton>
      )}
      {next?.to === "/templates/$id/edit" && (
        <LinkButton size="sm" to={next.to} params={{ id: proof.template_id }}>
          {next.label}
        </LinkButton>
      )}
      <Button size="sm" look="primary" onClick={onAgain}>
        Test again
      </Button>
    </>
  );
}
