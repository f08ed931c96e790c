/** Makes a new app with a backup's data: what it is called, and where it goes. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useController } from "react-hook-form";
import * as z from "zod/mini";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { fieldErrors, formError } from "@/lib/api/errors";
import { exact } from "@/lib/format";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { deploymentsQuery } from "../../deployments/api/list-deployments";
import { PriceBlock, type Priced } from "../../deployments/components/price-block";
import { AUTOMATIC, WhereBlock } from "../../deployments/components/where-block";
import { placesFor, type Place } from "../../deployments/places";
import { nodesQuery } from "../../nodes/api/list-nodes";
import { sharedNodesQuery } from "../../nodes/api/list-shared-nodes";
import { templateQuery } from "../../templates/api/get-template";
import { versionQuery } from "../../templates/api/get-version";
import { useDeployBackup } from "../api/deploy-backup";
import type { Backup } from "../api/list-backups";

const RULE = z.object({ name: needed("Name"), isSharedAllowed: z.boolean(), chosen: z.string() });

export function NewAppDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const { deployment_name: of, started_at: at, template_version: version } = backup;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Restore into a new app"
      description={`It has what ${of} held at ${exact(at)}, its values, secret ones too, and version ${version}.`}
      isWide
    >
      <WithPlaces backup={backup} onClose={onClose} />
    </Dialog>
  );
}

/** Waits for what decides where the app can go. */
function WithPlaces({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const [nodes, deployments, shared, version, template] = useQueries({
    queries: [
      nodesQuery,
      deploymentsQuery,
      sharedNodesQuery,
      versionQuery(backup.template_id, backup.template_version),
      templateQuery(backup.template_id),
    ],
  });
  const failed = [nodes, deployments].find(({ isLoadingError }) => isLoadingError);
  if (failed) {
    return (
      <DialogBody>
        <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
      </DialogBody>
    );
  }
  // The API checks everything again: a dialog that cannot tell the room needed is better than none.
  if (!nodes.data || !deployments.data || shared.isPending || version.isPending || template.isPending) {
    return (
      <DialogBody>
        <Skeleton label="Looking at your servers" rows={5} />
      </DialogBody>
    );
  }
  const needs = version.data ?? {};
  return (
    <HomeForm
      backup={backup}
      own={placesFor(needs, nodes.data, deployments.data)}
      shared={placesFor(needs, shared.data ?? [], [])}
      price={template.data && { ...needs, price_monthly_cents: template.data.price_monthly_cents }}
      onClose={onClose}
    />
  );
}

interface HomeFormProps {
  backup: Backup;
  own: Place[];
  shared: Place[];
  /** Not known where the template is not to be read any more. */
  price: Priced | undefined;
  onClose: () => void;
}

function HomeForm({ backup, own, shared, price, onClose }: HomeFormProps) {
  const navigate = useNavigate();
  const { register, control, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: `restore-${backup.id}`,
    resolver: zodResolver(RULE),
    defaultValues: { name: `${backup.deployment_name} restored`, isSharedAllowed: false, chosen: AUTOMATIC },
  });
  const { field: sharing } = useController({ control, name: "isSharedAllowed" });
  const { field: choice } = useController({ control, name: "chosen" });
  const { mutate, isPending, error } = useDeployBackup(backup.id);
  const places = [...own, ...(sharing.value ? shared : [])];
  const target = places.find(({ node }) => node.id === choice.value)?.node.id;
  const refused = fieldErrors(error);
  const general = formError(error, ["name", "node_id"]);
  const submit = handleSubmit(({ name, isSharedAllowed }) =>
    mutate(
      { name, allow_public_nodes: isSharedAllowed, ...(target !== undefined && { node_id: target }) },
      {
        onSuccess: ({ entity, notice }) => {
          if (notice) toast("fail", notice);
          void navigate({ to: paths.deployment, params: { id: entity.id } });
        },
      },
    ),
  );
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="grid gap-5">
          <Field label="Name" isRequired error={formState.errors.name?.message ?? refused.name}>
            {(wiring) => <Input {...wiring} {...register("name")} maxLength={100} />}
          </Field>
          <WhereBlock
            places={places}
            shared={shared.length}
            isSharedAllowed={sharing.value}
            onAllowShared={sharing.onChange}
            chosen={target ?? AUTOMATIC}
            onChoose={choice.onChange}
            error={refused.node_id}
          />
          {price && <PriceBlock template={price} />}
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={!places.some(({ problem }) => problem === null)}>
          Restore into a new app
        </Button>
      </DialogFoot>
    </form>
  );
}
