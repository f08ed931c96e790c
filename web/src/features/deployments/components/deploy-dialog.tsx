/** Deploys a template: where, with which settings, at what price. */

import { useQueries } from "@tanstack/react-query";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Dialog, DialogBody } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { accountQuery } from "../../account/api/get-account";
import { nodesQuery } from "../../nodes/api/list-nodes";
import { sharedNodesQuery } from "../../nodes/api/list-shared-nodes";
import type { Template } from "../../templates/api/list-templates";
import { deploymentsQuery } from "../api/list-deployments";
import { DeployForm } from "./deploy-form";

interface DeployDialogProps {
  template: Template;
  isOpen: boolean;
  onClose: () => void;
}

export function DeployDialog({ template, isOpen, onClose }: DeployDialogProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Deploy ${template.name}`} isWide>
      <DeployWithPlaces template={template} onClose={onClose} />
    </Dialog>
  );
}

/** Waits for what decides where the app can go, and whether the plan allows it. */
function DeployWithPlaces({ template, onClose }: Omit<DeployDialogProps, "isOpen">) {
  const [nodes, deployments, account, shared] = useQueries({
    queries: [nodesQuery, deploymentsQuery, accountQuery, sharedNodesQuery],
  });
  const failed = [nodes, deployments].find(({ isLoadingError }) => isLoadingError);
  if (failed) {
    return (
      <DialogBody>
        <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
      </DialogBody>
    );
  }
  // The API checks the plan too: a dialog that cannot tell its limits is better than none.
  if (!nodes.data || !deployments.data || account.isPending || shared.isPending) {
    return (
      <DialogBody>
        <Skeleton label="Looking at your servers" rows={5} />
      </DialogBody>
    );
  }
  return (
    <DeployForm
      template={template}
      own={nodes.data}
      shared={shared.data ?? []}
      deployments={deployments.data}
      account={account.data}
      onClose={onClose}
    />
  );
}
