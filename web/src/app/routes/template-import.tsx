/** Templates of other platforms: they are converted, looked at, edited, and saved as drafts. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { SettingsPreview } from "@/features/deployments/components/settings-preview";
import { useImportTemplates } from "@/features/templates/api/import-templates";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { TemplateEditor } from "@/features/templates/components/editor/lazy-editor";
import { DraftList } from "@/features/templates/components/import/draft-list";
import { SourcePicker } from "@/features/templates/components/import/source-picker";
import { draftForm, NEW_TEMPLATE, type TemplateForm } from "@/features/templates/form";
import { categoriesOf } from "@/features/templates/search";
import { reason } from "@/lib/api/errors";
import { useWasTyped } from "@/lib/forms/use-typed";

export function ImportTemplates() {
  const navigate = useNavigate();
  const { data: templates } = useSuspenseQuery(templatesQuery);
  const { mutate, data: imported, isPending, error, reset } = useImportTemplates();
  // Whoever was editing a draft when the session ended goes on with it.
  const wasEditing = useWasTyped("template");
  const [edited, setEdited] = useState<TemplateForm | null>(wasEditing ? NEW_TEMPLATE : null);
  if (edited) {
    return (
      <>
        <PageHead title="Import templates" text="Look it through, change what you like, and save it as a draft of yours." />
        <TemplateEditor
          draft={edited}
          isReleased={false}
          categories={categoriesOf(templates)}
          preview={(variables) => <SettingsPreview variables={variables} />}
          onLeave={() => setEdited(null)}
          onDone={(made, next) => {
            toast("done", `${made.name} is a draft of yours.`);
            void navigate({
              to: paths.template,
              params: { id: made.id },
              search: next === "test" ? { deploy: true } : {},
            });
          }}
        />
      </>
    );
  }
  return (
    <>
      <PageHead
        title="Import templates"
        text="From Docker Compose, Coolify, CapRover, Dokploy, Portainer, Umbrel, CasaOS or Runtipi."
      >
        {imported && <Button onClick={reset}>Import something else</Button>}
      </PageHead>
      {imported ? (
        <DraftList imported={imported} onEdit={(draft) => setEdited(draftForm(draft))} />
      ) : (
        <SourcePicker isBusy={isPending} error={error && reason(error)} onImport={(given) => mutate(given)} />
      )}
    </>
  );
}
