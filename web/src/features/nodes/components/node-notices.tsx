/** What of a server needs somebody's eyes: why it is away, what it warns of, that it is parked. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Time } from "@/components/ui/time";
import { useDeclareLost } from "../api/declare-lost";
import type { Node } from "../api/list-nodes";
import { residentsQuery } from "../api/list-residents";
import { AppsThatEnd } from "./apps-that-end";
import { ChangedHostKey } from "./host-key";

interface NodeNoticesProps {
  node: Node;
  /** Whether Hoster made it: then it ends by being destroyed. */
  isMade: boolean;
}

export function NodeNotices({ node, isMade }: NodeNoticesProps) {
  const offered = node.offered_host_key_fingerprint;
  return (
    <>
      {offered && <ChangedHostKey node={node} offered={offered} />}
      {node.status === "offline" && !offered && <Away node={node} isMade={isMade} />}
      {node.status === "lost" && (
        <Notice tone="fail">
          {node.work
            ? "This server is declared lost. The apps that were on it are being ended."
            : "This server is declared lost, and the apps that were on it have ended. Remove it from the list when you like."}
        </Notice>
      )}
      {node.status === "maintenance" && (
        <Notice tone="info">In maintenance: nothing new is placed here. What runs goes on.</Notice>
      )}
      {node.status !== "offline" && node.error_message && !offered && <Notice tone="warn">{node.error_message}</Notice>}
      {node.warnings?.map(({ code, message }) => (
        <Notice key={code} tone="warn">
          {message}
        </Notice>
      ))}
    </>
  );
}

function Away({ node, isMade }: NodeNoticesProps) {
  if (node.work !== null && !node.error_message) {
    return <Notice tone="info">Not seen yet. The check in hand tells whether Hoster can use it.</Notice>;
  }
  return (
    <Notice tone="warn">
      <p className="font-medium">
        {node.last_seen_at ? (
          <>
            Last seen <Time at={node.last_seen_at} />.
          </>
        ) : (
          "Never seen yet."
        )}
      </p>
      {node.error_message && <p className="mt-1">{node.error_message}</p>}
      <p className="mt-1">
        {node.last_seen_at
          ? "Apps on it may still run. Hoster looks again every minute, and says when it is back."
          : "Set right what is wrong, then check it."}
      </p>
      {!isMade && <DeclareLost node={node} />}
    </Notice>
  );
}

function DeclareLost({ node }: { node: Node }) {
  const [isAsking, setAsking] = useState(false);
  const residents = useQuery({ ...residentsQuery(node.id), enabled: isAsking });
  const { mutate, isPending, error, reset } = useDeclareLost(node.id);
  const close = () => {
    setAsking(false);
    reset();
  };
  return (
    <>
      <Button size="sm" look="danger" className="mt-2" disabled={node.work !== null} onClick={() => setAsking(true)}>
        Declare lost
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        title={`Declare ${node.name} lost`}
        action="Declare lost and end its apps"
        typed={node.name}
        isKnown={residents.data !== undefined && !residents.isFetching}
        isBusy={isPending}
        error={error}
        onConfirm={() =>
          mutate(node.name, {
            onSuccess: () => {
              toast("done", `Server ${node.name} is being given up.`);
              close();
            },
          })
        }
      >
        <p>
          Do this when the server will never come back. Hoster stops looking for it, and the apps that were on it end:
          they are paid for until they were last seen running.
        </p>
        <AppsThatEnd residents={residents} fate="will end; their data is lost" />
      </ConfirmDialog>
    </>
  );
}
