/** A new template: from a compose text to a draft that can be tested. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "@/components/feedback/toasts";
import { PageHead } from "@/components/layout/page-head";
import { paths } from "@/config/paths";
import { SettingsPreview } from "@/features/deployments/components/settings-preview";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { TemplateEditor } from "@/features/templates/components/editor/lazy-editor";
import { categoriesOf } from "@/features/templates/search";

export function NewTemplate() {
  const navigate = useNavigate();
  const { data: templates } = useSuspenseQuery(templatesQuery);
  return (
    <>
      <PageHead title="Create template" text="A draft is yours alone until you publish it." />
      <TemplateEditor
        isReleased={false}
        categories={categoriesOf(templates)}
        preview={(variables) => <SettingsPreview variables={variables} />}
        onLeave={() => void navigate({ to: paths.catalogue, search: { scope: "mine" } })}
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
