/** What can be done with the apps that are selected. It stands over the page, so that nothing moves. */

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { count } from "@/lib/format";
import { useActOnDeployments, type BulkAction } from "../api/act-on-deployments";
import { isBusy, type Deployment } from "../api/list-deployments";

const STARTABLE = new Set(["pending", "stopped", "failed"]);

interface BulkBarProps {
  selected: Deployment[];
  onClear: () => void;
}

export function BulkBar({ selected, onClear }: BulkBarProps) {
  const { mutate, isPending } = useActOnDeployments();
  const [isAsking, setAsking] = useState(false);
  const atRest = selected.filter((one) => !isBusy(one));
  const startable = atRest.filter(({ status }) => STARTABLE.has(status));
  const stoppable = atRest.filter(({ status }) => status === "running");
  const begin = (action: BulkAction, deployments: Deployment[]) => {
    mutate({ action, deployments });
    onClear();
  };
  return (
    <>
      {selected.length > 0 && (
        <section
          aria-label="Selected apps"
          className="animate-appear border-line bg-raised fixed inset-x-4 bottom-4 z-30 mx-auto flex max-w-[640px] flex-wrap items-center gap-2 rounded-md border px-3 py-2"
        >
          <span role="status" className="tnum mr-auto text-sm font-medium">
            {selected.length} selected
          </span>
          <Button size="sm" disabled={startable.length === 0} onClick={() => begin("start", startable)}>
            {labelOf("Start", startable, selected)}
          </Button>
          <Button size="sm" disabled={stoppable.length === 0} onClick={() => begin("stop", stoppable)}>
            {labelOf("Stop", stoppable, selected)}
          </Button>
          <Button size="sm" look="danger" disabled={atRest.length === 0} onClick={() => setAsking(true)}>
            {labelOf("Delete", atRest, selected)}
          </Button>
          <Button size="sm" look="ghost" onClick={onClear}>
            Clear
          </Button>
        </section>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${count(atRest.length, "app")}`}
        action="Delete and lose their data"
        typed={`delete ${count(atRest.length, "app")}`}
        keep="Keep them"
        isBusy={isPending}
        error={null}
        onConfirm={() => {
          setAsking(false);
          begin("delete", atRest);
        }}
      >
        <p>
          Their containers, their volumes with everything in them and their host names are removed. Nothing of
          it can be brought back:
        </p>
        <ul className="list-disc pl-5">
          {atRest.map(({ id, name }) => (
            <li key={id} className="break-words">
              {name}
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  );
}

/** Tells how many it is for, where it is not for all. */
function labelOf(word: string, some: Deployment[], all: Deployment[]): string {
  return some.length > 0 && some.length < all.length ? `${word} ${some.length}` : word;
}
