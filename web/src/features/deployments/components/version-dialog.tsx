/** Shows what another version would change of an app, asks for what it needs, and deploys it. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useController, useForm } from "react-hook-form";
import * as z from "zod/mini";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Diff } from "@/components/ui/diff";
import { Skeleton } from "@/components/ui/skeleton";
import { fieldErrors, formError } from "@/lib/api/errors";
import type { VersionDifference } from "@/lib/api/types";
import { accountQuery } from "../../account/api/get-account";
import { passedLimits } from "../../account/limits";
import { differenceQuery } from "../../templates/api/get-difference";
import { versionQuery } from "../../templates/api/get-version";
import type { Version } from "../../templates/api/list-versions";
import { VersionChanges } from "../../templates/components/version-changes";
import type { Deployment } from "../api/list-deployments";
import { useRedeploy } from "../api/redeploy";
import { firstSettings, sentSettings, type Settings } from "../settings";
import { settingsRule } from "../settings-rule";
import { missingVariables, moreOfPlan, resourceChanges } from "../version-steps";
import { VariableField } from "./variable-field";

interface VersionDialogProps {
  deployment: Deployment;
  /** Null while none is chosen. */
  version: string | null;
  onClose: () => void;
}

export function VersionDialog({ deployment, version, onClose }: VersionDialogProps) {
  return (
    <Dialog
      isOpen={version !== null}
      onClose={onClose}
      title={`${deployment.name}: ${deployment.template_version ?? ""} to ${version ?? ""}`}
      isWide
    >
      {version !== null && <Compared deployment={deployment} version={version} onClose={onClose} />}
    </Dialog>
  );
}

function Compared({ deployment, version, onClose }: VersionDialogProps & { version: string }) {
  const { template_id: template } = deployment;
  // What it had when the dialog opened: while a redeploy begins, the app already tells the new one.
  const [present] = useState(deployment.template_version ?? "");
  const [before, after, difference, account] = useQueries({
    queries: [
      versionQuery(template, present),
      versionQuery(template, version),
      differenceQuery(template, present, version),
      accountQuery,
    ],
  });
  const failed = [before, after, difference].find(({ isLoadingError }) => isLoadingError);
  if (failed) {
    return (
      <DialogBody>
        <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
      </DialogBody>
    );
  }
  if (!before.data || !after.data || !difference.data || account.isPending) {
    return (
      <DialogBody>
        <Skeleton label="Comparing the versions" rows={4} />
      </DialogBody>
    );
  }
  const passed = account.data ? passedLimits(account.data, moreOfPlan(deployment, after.data)) : [];
  return (
    <RedeployForm
      deployment={deployment}
      before={before.data}
      after={after.data}
      difference={difference.data}
      passed={passed}
      onClose={onClose}
    />
  );
}

interface RedeployFormProps {
  deployment: Deployment;
  before: Version;
  after: Version;
  difference: VersionDifference;
  /** The plan's limits that it would pass. */
  passed: string[];
  onClose: () => void;
}

function RedeployForm({ deployment, before, after, difference, passed, onClose }: RedeployFormProps) {
  const asked = missingVariables(deployment, after);
  const { control, handleSubmit, formState } = useForm<{ settings: Settings }>({
    resolver: zodResolver(z.object({ settings: settingsRule(asked) })),
    defaultValues: { settings: firstSettings(asked) },
  });
  const { field } = useController({ control, name: "settings" });
  const { mutate, isPending, error } = useRedeploy(deployment.id);
  const refused = fieldErrors(error);
  const general = formError(error, asked.map(({ name }) => `variables.${name}`));
  const submit = handleSubmit(({ settings }) =>
    mutate({ version: after.version, variables: sentSettings(settings) }, { onSuccess: onClose }),
  );
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <div className="grid grid-cols-1 gap-4">
          {passed.length > 0 && <Notice tone="warn">{passed.join(" ")}</Notice>}
          <Needs deployment={deployment} after={after} />
          <section>
            <h3 className="mb-2 text-sm font-semibold">What changes</h3>
            <VersionChanges difference={difference} />
          </section>
          {asked.map((variable) => (
            <VariableField
              key={variable.name}
              variable={variable}
              value={field.value[variable.name] ?? ""}
              error={formState.errors.settings?.[variable.name]?.message ?? refused[`variables.${variable.name}`]}
              onChange={(value) => field.onChange({ ...field.value, [variable.name]: value })}
            />
          ))}
          <section>
            <h3 className="mb-2 text-sm font-semibold">Compose text</h3>
            <div className="border-line overflow-hidden rounded-md border">
              <Diff label="What changes of the compose text" before={before.compose_spec ?? ""} after={after.compose_spec ?? ""} />
            </div>
          </section>
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={passed.length > 0}>
          Deploy {after.version}
        </Button>
      </DialogFoot>
    </form>
  );
}

function Needs({ deployment, after }: Pick<RedeployFormProps, "deployment" | "after">) {
  const items = resourceChanges(deployment, after).map((one) => `${one.name}: ${one.before} to ${one.after}.`);
  return (
    <div className="grid gap-2 text-sm">
      <p>
        Its data, its address, its values and its price stay.{" "}
        {deployment.status === "running"
          ? "It runs meanwhile; services that write data stop for a moment. What fails is undone."
          : "It does not run: it starts with this version next time."}
      </p>
      {items.length > 0 && (
        <ul className="tnum list-disc space-y-1 pl-5">
          {items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
