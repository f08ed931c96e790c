/** The ports of an app, and whether they can be reached at its server without the app proxy. */

import { Globe } from "lucide-react";
import { toast } from "@/components/feedback/toasts";
import { CopyButton } from "@/components/ui/copy-button";
import { SwitchField } from "@/components/ui/switch";
import { reason } from "@/lib/api/errors";
import { useChangeDeployment } from "../api/change-deployment";
import type { Deployment } from "../api/list-deployments";

export function DirectAccess({ deployment }: { deployment: Deployment }) {
  const { id, direct_access: isOpen, direct_url: url, ports, status } = deployment;
  const { mutate, isPending, variables } = useChangeDeployment(id);
  const shown = isPending ? (variables.direct_access ?? isOpen) : isOpen;
  return (
    <div className="grid gap-4">
      <SwitchField
        label="Direct access"
        hint="Its ports can be reached at the server itself, past the app proxy: not encrypted, and not metered. A running app is opened or closed within a minute or two."
        isOn={shown}
        disabled={isPending}
        onChange={(next) =>
          mutate(
            { direct_access: next },
            { onError: (error) => toast("fail", `Direct access is as before. ${reason(error)}`) },
          )
        }
      />
      {url && status === "running" && (
        <p className="flex items-center gap-1 text-xs">
          <span className="text-muted">At its server:</span>
          <span className="min-w-0 font-mono break-all">{url}</span>
          <CopyButton text={url} label="Copy the address at its server" />
        </p>
      )}
      {(ports?.length ?? 0) > 0 && (
        <ul className="divide-line border-line divide-y rounded-md border">
          {ports?.map((port) => (
            <li
              key={`${port.service} ${port.container_port} ${port.protocol}`}
              className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1 text-xs"
            >
              <span className="font-medium">{port.service}</span>
              <span className="text-muted font-mono">
                {port.container_port}/{port.protocol}
              </span>
              {port.routed && (
                <span className="text-accent flex items-center gap-1">
                  <Globe aria-hidden className="size-4" />
                  Its address leads here
                </span>
              )}
              <span className="text-muted tnum sm:ml-auto">
                {port.host_port === null ? "No port on the server yet" : `Port ${port.host_port} on the server`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
