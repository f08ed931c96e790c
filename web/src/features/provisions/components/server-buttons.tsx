/** What can be done with a server. */

import { EditButton } from "../../nodes/components/edit-button";
import { CheckButton, MaintenanceButton, RemoveButton } from "../../nodes/components/node-actions";
import type { Server } from "../servers";
import { DestroyButton } from "./server-actions";

export function ServerButtons({ server: { provision, node } }: { server: Server }) {
  const isUsable = provision === null || provision.status === "ready";
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-2">
      {node && isUsable && (
        <>
          <CheckButton node={node} />
          <MaintenanceButton node={node} />
          {provision === null && <EditButton node={node} />}
        </>
      )}
      <span className="ml-auto">
        {provision ? <DestroyButton provision={provision} /> : node && <RemoveButton node={node} />}
      </span>
    </div>
  );
}
