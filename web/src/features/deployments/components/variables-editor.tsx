/** The settings of an app, to be changed: what would be another one is told before it is done. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useController } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Variable } from "@/lib/api/types";
import { fieldErrors, formError } from "@/lib/api/errors";
import { count } from "@/lib/format";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { isBusy, type Deployment } from "../api/list-deployments";
import { useRedeploy } from "../api/redeploy";
import { isSecret } from "../settings";
import { editsRule, openSettings } from "../settings-rule";
import { changesOf, edited, sentEdits, type Edits, type VariableChange } from "../variable-changes";
import { PasteDialog } from "./paste-dialog";
import { SecretField } from "./secret-field";
import { VariableField } from "./variable-field";

interface VariablesEditorProps {
  deployment: Deployment;
  variables: Variable[];
}

export function VariablesEditor({ deployment, variables }: VariablesEditorProps) {
  const { control, handleSubmit, reset: restart, formState } = useTypedForm<{ edits: Edits }>({
    name: "variables",
    open: ({ edits }) => ({ edits: openSettings(variables, edits) }),
    resolver: zodResolver(z.object({ edits: editsRule(variables) })),
    defaultValues: { edits: {} },
  });
  const { field } = useController({ control, name: "edits" });
  const edits = field.value;
  const [isPasting, setPasting] = useState(false);
  const { mutate, isPending, error, reset } = useRedeploy(deployment.id);
  const changes = changesOf(deployment, variables, edits);
  const refused = fieldErrors(error);
  const general = formError(error, variables.map(({ name }) => `variables.${name}`));
  const edit = (name: string, value: string | null | undefined) =>
    field.onChange(
      value === undefined
        ? Object.fromEntries(Object.entries(edits).filter(([other]) => other !== name))
        : { ...edits, [name]: value },
    );
  const discard = () => {
    restart({ edits: {} });
    reset();
  };
  const submit = handleSubmit(() => mutate({ variables: sentEdits(changes, edits) }, { onSuccess: discard }));
  return (
    <form
      noValidate
      className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]"
      onSubmit={(event) => void submit(event)}
    >
      <Card
        title="Variables"
        aside={
          <Button size="sm" onClick={() => setPasting(true)}>
            Paste a .env file
          </Button>
        }
      >
        <div className="grid gap-5 px-4 py-4">
          {variables.map((variable) => {
            const { name } = variable;
            const fault = formState.errors.edits?.[name]?.message ?? refused[`variables.${name}`];
            return isSecret(variable) ? (
              <SecretField
                key={name}
                variable={variable}
                isSet={deployment.secrets?.includes(name) ?? false}
                edit={edits[name]}
                error={fault}
                onEdit={(value) => edit(name, value)}
              />
            ) : (
              <VariableField
                key={name}
                variable={variable}
                value={edited(deployment, variable, edits)}
                error={fault}
                onChange={(value) => edit(name, value)}
                onReset={hasOther(variable, edited(deployment, variable, edits)) ? () => edit(name, null) : undefined}
              />
            );
          })}
        </div>
      </Card>
      <div className="grid gap-4 lg:sticky lg:top-4">
        <Card title="What will change">
          <Changes changes={changes} />
          <div className="border-line grid gap-3 border-t px-4 py-3">
            <p className="text-muted text-xs">{manner(deployment)}</p>
            {general && <Notice tone="fail">{general}</Notice>}
            <div className="flex flex-wrap gap-2">
              <Button
                type="submit"
                look="primary"
                isBusy={isPending}
                disabled={changes.length === 0 || isBusy(deployment)}
              >
                {deployment.status === "running" ? "Change and redeploy" : "Change"}
              </Button>
              <Button disabled={Object.keys(edits).length === 0} onClick={discard}>
                Discard
              </Button>
            </div>
          </div>
        </Card>
      </div>
      <PasteDialog
        variables={variables}
        isOpen={isPasting}
        onClose={() => setPasting(false)}
        onTake={(values) => field.onChange({ ...edits, ...values })}
      />
    </form>
  );
}

function Changes({ changes }: { changes: VariableChange[] }) {
  return (
    <div aria-live="polite">
      {changes.length === 0 ? (
        <p className="text-muted px-4 py-3 text-sm">Nothing yet.</p>
      ) : (
        <>
          <p className="sr-only">{count(changes.length, "change")}</p>
          <ul className="divide-line divide-y">
            {changes.map(({ name, label, before, after }) => (
              <li key={name} className="px-4 py-2 text-xs">
                <p className="font-medium">{label}</p>
                <p className="break-words">
                  <span className="sr-only">from </span>
                  <del className="text-muted">{before}</del> <span aria-hidden>→</span>
                  <span className="sr-only"> to </span> {after}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Whether the template has a default and this is another value. */
function hasOther({ default: given }: Variable, value: string): boolean {
  return given !== null && given !== undefined && String(given) !== value;
}

function manner({ status }: Deployment): string {
  if (status !== "running") return "The app does not run: it starts with these values next time.";
  return "Services that write no data are replaced beside the old ones; others stop for a moment. What fails is undone.";
}
