/** Deletes an app, after it was said what is lost. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { SwitchField } from "@/components/ui/switch";
import { size } from "@/lib/format";
import { nodesQuery } from "../../nodes/api/list-nodes";
import { useDeleteDeployment } from "../api/delete-deployment";
import { isBusy, type Deployment } from "../api/list-deployments";

export function DeleteButton({ deployment }: { deployment: Deployment }) {
  const { mutate, isPending } = useDeleteDeployment(deployment.id);
  const [isAsking, setAsking] = useState(false);
  const [keepsVolumes, setKeeps] = useState(false);
  const { data: nodes } = useQuery(nodesQuery);
  // On somebody else's server nothing is kept.
  const canKeep = deployment.proxy_port !== null && nodes?.some(({ id }) => id === deployment.node_id) === true;
  const open = () => {
    setKeeps(false);
    setAsking(true);
  };
  return (
    <>
      <Button look="danger" disabled={isBusy(deployment) || isPending} onClick={open}>
        Delete app
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${deployment.name}`}
        action={keepsVolumes ? "Delete and keep its volumes" : "Delete and lose its data"}
        {...(!keepsVolumes && { typed: deployment.name })}
        isBusy={false}
        error={null}
        onConfirm={() => {
          setAsking(false);
          mutate({ keepsVolumes });
        }}
      >
        <WhatIsLost deployment={deployment} keepsVolumes={keepsVolumes} />
        {!keepsVolumes && (
          <p>
            Backups of it stay.{" "}
            <Link
              to="/deployments/$id/backups"
              params={{ id: deployment.id }}
              className="underline"
              onClick={() => setAsking(false)}
            >
              Back it up or download its data first
            </Link>
          </p>
        )}
        {canKeep && (
          <SwitchField
            label="Keep its volumes on the server"
            hint="Hoster does not look after them any more; they go with the server."
            isOn={keepsVolumes}
            onChange={setKeeps}
          />
        )}
      </ConfirmDialog>
    </>
  );
}

interface WhatIsLostProps {
  deployment: Deployment;
  keepsVolumes?: boolean;
}

/** What goes with an app, by name. */
export function WhatIsLost({ deployment, keepsVolumes = false }: WhatIsLostProps) {
  const { containers, domains, custom_domains: custom, disk_used_mb: disk, secrets } = deployment;
  const hosts = [...domains, ...(custom ?? [])].map(({ hostname }) => hostname);
  return (
    <>
      <p>This is removed, and cannot be brought back:</p>
      <ul className="list-disc space-y-1 pl-5">
        {!keepsVolumes && (
          <li>its volumes with everything in them{disk ? `; the app takes ${size(disk)} of disk` : ""}</li>
        )}
        <li>
          its containers, logs and metrics
          {containers.length > 0 && `: ${containers.map((one) => one.service_name).join(", ")}`}
        </li>
        {hosts.length > 0 && (
          <li>
            its host names, free for others then:
            <ul className="font-mono text-xs">
              {hosts.map((host) => (
                <li key={host} className="break-all">
                  {host}
                </li>
              ))}
            </ul>
          </li>
        )}
        {(secrets?.length ?? 0) > 0 && <li>its variables, with the secrets {secrets?.join(", ")}</li>}
      </ul>
    </>
  );
}
