/** Makes or changes a template, checked by the API while one types. */

import { useMemo, useState, type ReactNode } from "react";
import { FormProvider, useWatch, type FieldPath } from "react-hook-form";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card, Fact, Facts } from "@/components/ui/card";
import { ApiError, reason, type Problem } from "@/lib/api/errors";
import type { Variable } from "@/lib/api/types";
import { cores, price, size } from "@/lib/format";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import type { Template } from "../../api/list-templates";
import { useSaveTemplate } from "../../api/save-template";
import {
  changesOf,
  formOf,
  NEW_TEMPLATE,
  nextVersion,
  openPart,
  sentOf,
  SHORTEST_NAME,
  type TemplateForm,
} from "../../form";
import { useLeaveGuard } from "../../hooks/use-leave-guard";
import { useVerdict } from "../../hooks/use-verdict";
import { ComposeMap } from "../compose-map";
import { AboutSection } from "./about-section";
import { ComposeSection } from "./compose-section";
import { faultsBy } from "./faults";
import { FilesSection } from "./files-section";
import { LeaveDialog } from "./leave-dialog";
import { NewVersionCard } from "./new-version-card";
import { ReadmeSection } from "./readme-section";
import { VariablesSection } from "./variables-section";

/** What follows on saving. */
export type Next = "look" | "test";

export interface TemplateEditorProps {
  template?: Template;
  /** What a new one begins with, and is kept nowhere yet. */
  draft?: TemplateForm | undefined;
  /** Whether its present version was published once: then it never changes. */
  isReleased: boolean;
  categories: string[];
  /** The form that owners fill in, as these variables make it. */
  preview: (variables: Variable[]) => ReactNode;
  onDone: (template: Template, next: Next) => void;
  onLeave: () => void;
}

const NONE: Problem[] = [];
const UNNAMED: Problem = {
  code: "required",
  title: "",
  detail: `A name has at least ${SHORTEST_NAME} characters.`,
  pointer: "/data/attributes/name",
};
const UNKNOWN = "Known once it can run";

export default function TemplateEditor(props: TemplateEditorProps) {
  const { template, draft, isReleased, categories, preview, onDone, onLeave } = props;
  const form = useTypedForm<TemplateForm>({
    name: "template",
    open: openPart,
    begun: draft,
    defaultValues: template
      ? formOf(template, isReleased ? nextVersion(template.version) : template.version)
      : NEW_TEMPLATE,
  });
  const { control, getValues } = form;
  const { formState } = form;
  const values = useWatch({ control }) as TemplateForm;
  const sent = useMemo(() => sentOf(values), [values]);
  const { verdict, error: trouble, isChecking } = useVerdict(sent);
  const { mutateAsync, isPending, error } = useSaveTemplate({ template, isReleased });
  const [next, setNext] = useState<Next>();
  const guard = useLeaveGuard(formState.isDirty);
  const refused = error instanceof ApiError ? error.problems : NONE;
  const unnamed = sent.name.length < SHORTEST_NAME ? [UNNAMED] : NONE;
  const problems = verdict?.problems ?? NONE;
  const isTried = next !== undefined;
  const faultOf = faultsBy([...unnamed, ...problems, ...refused], (path) => isTried || form.getFieldState(path as FieldPath<TemplateForm>, formState).isTouched);
  const shown = verdict?.template;
  const parts = template && isReleased ? changesOf(template, sent).parts : {};
  const isNewVersion = Object.keys(parts).length > 0;
  // A draft stands in the form as if it had been typed: what counts is what was changed of it.
  const isEdited = draft ? JSON.stringify(sent) !== JSON.stringify(sentOf(draft)) : formState.isDirty;

  const save = async (then: Next) => {
    setNext(then);
    try {
      const saved = await mutateAsync(getValues());
      guard.letGo();
      onDone(saved, then);
    } catch {
      document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  };

  return (
    <FormProvider {...form}>
      <form
        noValidate
        className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]"
        onSubmit={(event) => {
          event.preventDefault();
          void save("look");
        }}
      >
        <div className="grid min-w-0 gap-6">
          <AboutSection faultOf={faultOf} published={isReleased && template ? template.version : null} categories={categories} />
          <ComposeSection
            problems={problems}
            ignored={shown?.ignored_keys ?? []}
            isChecking={isChecking}
            trouble={trouble ? reason(trouble) : null}
          />
          <VariablesSection faultOf={faultOf} />
          <FilesSection faultOf={faultOf} />
          <ReadmeSection fault={faultOf("readme")} />
        </div>
        <aside aria-label="Preview" className="grid min-w-0 gap-6 lg:sticky lg:top-6">
          <Card title="What runs">
            <ComposeMap text={values.compose_spec} />
          </Card>
          <Card title="What it needs">
            <Facts>
              <Fact name="Price">{price(Number(sent.price_monthly_cents) || 0)}</Fact>
              <Fact name="CPU">{shown ? cores(shown.resources_cpu_cores ?? 0) : UNKNOWN}</Fact>
              <Fact name="Memory">{shown ? size(shown.resources_memory_mb ?? 0) : UNKNOWN}</Fact>
            </Facts>
          </Card>
          {template && isNewVersion && <NewVersionCard templateId={template.id} attributes={{ version: sent.version, ...parts }} />}
          <Card title="What owners fill in">
            <div className="p-4">{preview(sent.variables.filter(({ name }) => name !== ""))}</div>
          </Card>
        </aside>
        <footer className="border-line bg-surface sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3 lg:col-span-2">
          {error && (
            <Notice tone="fail" className="mr-auto">
              {reason(error)}
            </Notice>
          )}
          <Button onClick={() => guard.leaveBy(onLeave, isEdited)}>Cancel</Button>
          <Button onClick={() => void save("test")} isBusy={isPending && next === "test"} disabled={isPending}>
            Save and test
          </Button>
          <Button type="submit" look="primary" isBusy={isPending && next === "look"} disabled={isPending}>
            {!template ? "Create template" : isNewVersion ? "Save as new version" : "Save changes"}
          </Button>
        </footer>
      </form>
      <LeaveDialog guard={guard} />
    </FormProvider>
  );
}
