/** Deploys a template: where, with which settings, at what price. */

import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/config/paths";
import { fieldErrors, formError } from "@/lib/api/errors";
import { cores, price, size } from "@/lib/format";
import { nodesQuery } from "../../nodes/api/list-nodes";
import type { Template } from "../../templates/api/list-templates";
import { useCreateDeployment } from "../api/create-deployment";
import { deploymentsQuery } from "../api/list-deployments";
import { placesFor, type Place } from "../places";
import { faultsOf, firstSettings, sentSettings, type Settings } from "../settings";
import { VariableField } from "./variable-field";
import { WhereBlock } from "./where-block";

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

type Body = Omit<DeployDialogProps, "isOpen">;

/** Waits for what decides where the app can go. */
function DeployWithPlaces(props: Body) {
  const [nodes, deployments] = useQueries({ queries: [nodesQuery, deploymentsQuery] });
  const failed = [nodes, deployments].find(({ isLoadingError }) => isLoadingError);
  if (failed) {
    return (
      <DialogBody>
        <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
      </DialogBody>
    );
  }
  if (!nodes.data || !deployments.data) {
    return (
      <DialogBody>
        <Skeleton label="Looking at your servers" />
      </DialogBody>
    );
  }
  const memory = props.template.resources_memory_mb ?? 0;
  return <DeployForm {...props} places={placesFor(memory, nodes.data, deployments.data)} />;
}

function DeployForm({ template, places, onClose }: Body & { places: Place[] }) {
  const { variables } = template;
  const navigate = useNavigate();
  const [name, setName] = useState(template.name);
  const [settings, setSettings] = useState<Settings>(() => firstSettings(variables));
  const [picked, setPicked] = useState<string>();
  const [faults, setFaults] = useState<Record<string, string>>({});
  const { mutate, isPending, error } = useCreateDeployment();
  const refused = fieldErrors(error);
  const fields = ["name", "node_id", ...variables.map((one) => `variables.${one.name}`)];
  const general = formError(error, fields);
  const nodeId = picked ?? places.find(({ fits }) => fits)?.node.id;

  const submit = () => {
    const found = faultsOf(variables, settings);
    setFaults(found);
    if (nodeId === undefined || Object.keys(found).length > 0) return;
    mutate(
      { name: name.trim(), template_id: template.id, node_id: nodeId, variables: sentSettings(settings) },
      {
        onSuccess: ({ deployment, refusal }) => {
          if (refusal) toast("fail", `${deployment.name} was made, and did not start. ${refusal}`);
          void navigate({ to: paths.deployment, params: { id: deployment.id } });
        },
      },
    );
  };

  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogBody>
        <Block title="Where">
          <WhereBlock places={places} chosen={nodeId} onChoose={setPicked} error={refused.node_id} />
        </Block>
        <Block title="Settings">
          <div className="grid gap-4">
            <Field label="Name" isRequired error={refused.name}>
              {(wiring) => (
                <Input {...wiring} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
              )}
            </Field>
            {variables.map((variable) => (
              <VariableField
                key={variable.name}
                variable={variable}
                value={settings[variable.name] ?? ""}
                error={faults[variable.name] ?? refused[`variables.${variable.name}`]}
                onChange={(value) => setSettings({ ...settings, [variable.name]: value })}
              />
            ))}
          </div>
        </Block>
        <Block title="Price">
          <Price template={template} />
        </Block>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={nodeId === undefined || !name.trim()}>
          Deploy {template.name}
        </Button>
      </DialogFoot>
    </form>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-line border-t py-4 first:border-t-0 first:pt-0 last:pb-0">
      <h3 className="mb-3 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Price({ template }: { template: Template }) {
  return (
    <div className="tnum flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
      <span className="text-base font-semibold">{price(template.price_monthly_cents)}</span>
      <span className="text-muted text-xs">
        Takes {cores(template.resources_cpu_cores ?? 0)} and {size(template.resources_memory_mb ?? 0)} of the
        server, which its provider bills.
      </span>
    </div>
  );
}
