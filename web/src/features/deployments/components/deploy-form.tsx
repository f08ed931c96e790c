/** What one decides before an app is made. Everything has a good default. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useController, useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { paths } from "@/config/paths";
import { fieldErrors, formError } from "@/lib/api/errors";
import type { Variable } from "@/lib/api/types";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import type { Account } from "../../account/api/get-account";
import { passedLimits } from "../../account/limits";
import type { Node } from "../../nodes/api/list-nodes";
import type { Template } from "../../templates/api/list-templates";
import { useCreateDeployment } from "../api/create-deployment";
import type { Deployment } from "../api/list-deployments";
import { placesFor } from "../places";
import { firstSettings, hostnameFault, sentSettings, type Settings } from "../settings";
import { openSettings, settingsRule } from "../settings-rule";
import { PriceBlock } from "./price-block";
import { SettingsBlock } from "./settings-block";
import { AUTOMATIC, WhereBlock } from "./where-block";

interface DeployFormProps {
  template: Template;
  own: Node[];
  /** Servers of others that everybody may use. */
  shared: Node[];
  deployments: Deployment[];
  account: Account | undefined;
  onClose: () => void;
}

export function DeployForm({ template, own, shared, deployments, account, onClose }: DeployFormProps) {
  const { variables } = template;
  const navigate = useNavigate();
  const { register, control, handleSubmit, formState } = useTypedForm<DeployValues>({
    name: "deploy",
    open: (values) => ({ ...values, settings: openSettings(variables, values.settings) }),
    resolver: zodResolver(ruleOf(variables)),
    defaultValues: {
      name: template.name,
      hostname: "",
      settings: firstSettings(variables),
      isSharedAllowed: false,
      chosen: AUTOMATIC,
    },
  });
  const { field: sharing } = useController({ control, name: "isSharedAllowed" });
  const { field: choice } = useController({ control, name: "chosen" });
  const { field: decided } = useController({ control, name: "settings" });
  const [name, hostname] = useWatch({ control, name: ["name", "hostname"] });
  const { errors } = formState;
  const { mutate, isPending, error } = useCreateDeployment();

  const places = [
    ...placesFor(template, own, deployments),
    ...(sharing.value ? placesFor(template, shared, []) : []),
  ];
  const passed = account ? passedLimits(account, wantedBy(template, hostname)) : [];
  const refused = fieldErrors(error);
  const general = formError(error, ["name", "node_id", ...variables.map((one) => `variables.${one.name}`)]);
  const target = places.find(({ node }) => node.id === choice.value)?.node.id;
  const isReady = name.trim() !== "" && passed.length === 0 && places.some(({ problem }) => problem === null);

  const submit = handleSubmit(({ name: called, hostname: host, settings, isSharedAllowed }) => {
    if (!isReady) return;
    const given = {
      name: called,
      template_id: template.id,
      ...(target !== undefined && { node_id: target }),
      allow_public_nodes: isSharedAllowed,
      variables: sentSettings(settings),
    };
    mutate(
      { given, hostname: host },
      {
        onSuccess: ({ deployment, refusals }) => {
          for (const refusal of refusals) toast("fail", refusal);
          void navigate({ to: paths.deployment, params: { id: deployment.id } });
        },
      },
    );
  });

  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        {passed.length > 0 && (
          <Notice tone="warn" className="mb-4">
            {passed.join(" ")} Delete an app that you no longer need, or take a larger plan.
          </Notice>
        )}
        <Block title="Where">
          <WhereBlock
            places={places}
            shared={shared.length}
            isSharedAllowed={sharing.value}
            onAllowShared={sharing.onChange}
            chosen={target ?? AUTOMATIC}
            onChoose={choice.onChange}
            error={refused.node_id}
          />
        </Block>
        <Block title="Settings">
          <div className="grid gap-4">
            <Field label="Name" isRequired error={errors.name?.message ?? refused.name}>
              {(wiring) => <Input {...wiring} {...register("name")} maxLength={100} />}
            </Field>
            <SettingsBlock
              variables={variables}
              settings={decided.value}
              errorOf={(variable) => errors.settings?.[variable]?.message ?? refused[`variables.${variable}`]}
              onChange={(variable, value) => decided.onChange({ ...decided.value, [variable]: value })}
            />
            <Field
              label="Domain"
              hint="A name of your own, such as www.example.com, if you like. The app has an address without it, and you can add one later."
              error={errors.hostname?.message}
            >
              {(wiring) => (
                <Input
                  {...wiring}
                  {...register("hostname")}
                  inputMode="url"
                  autoComplete="off"
                  spellCheck={false}
                  className="font-mono"
                />
              )}
            </Field>
          </div>
        </Block>
        <Block title="Price">
          <PriceBlock template={template} />
        </Block>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={!isReady}>
          Deploy {template.name}
        </Button>
      </DialogFoot>
    </form>
  );
}

interface DeployValues {
  name: string;
  hostname: string;
  settings: Settings;
  isSharedAllowed: boolean;
  chosen: string;
}

function ruleOf(variables: Variable[]) {
  return z.object({
    name: needed("Name"),
    hostname: z.string().check(z.trim(), ({ value, issues }) => {
      const fault = value && hostnameFault(value);
      if (fault) issues.push({ code: "custom", message: fault, input: value });
    }),
    settings: settingsRule(variables),
    isSharedAllowed: z.boolean(),
    chosen: z.string(),
  });
}

function wantedBy(template: Template, hostname: string) {
  return {
    deployments: 1,
    cpu_cores: template.resources_cpu_cores ?? 0,
    memory_mb: template.resources_memory_mb ?? 0,
    disk_mb: template.resources_disk_mb ?? 0,
    domains: hostname.trim() === "" ? 0 : 1,
  };
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-line border-t py-4 first:border-t-0 first:pt-0 last:pb-0">
      <h3 className="mb-3 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}
