/** Changes a template: of a draft everything, of a published one by a new version. */

import { useSuspenseQueries } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { NotFound } from "@/components/feedback/error-panel";
import { toast } from "@/components/feedback/toasts";
import { PageHead } from "@/components/layout/page-head";
import { paths } from "@/config/paths";
import { SettingsPreview } from "@/features/deployments/components/settings-preview";
import { useMe } from "@/features/session/api/get-me";
import { templateQuery } from "@/features/templates/api/get-template";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { versionsQuery } from "@/features/templates/api/list-versions";
import { TemplateEditor } from "@/features/templates/components/editor/lazy-editor";
import { categoriesOf } from "@/features/templates/search";

const route = getRouteApi(`/account${paths.editTemplate}`);

export function EditTemplate() {
  const { id } = route.useParams();
  const navigate = route.useNavigate();
  const me = useMe();
  const [{ data: template }, { data: versions }, { data: all }] = useSuspenseQueries({
    queries: [templateQuery(id), versionsQuery(id), templatesQuery],
  });
  if (me && me.id !== template.creator_id) return <NotFound />;
  const isReleased = versions.some(({ version, released }) => version === template.version && released);
  const look = (search: { deploy?: true }) => void navigate({ to: paths.template, params: { id }, search });
  return (
    <>
      <PageHead title={`Edit ${template.name}`} />
      <TemplateEditor
        template={template}
        isReleased={isReleased}
        categories={categoriesOf(all)}
        preview={(variables) => <SettingsPreview variables={variables} />}
        onLeave={() => look({})}
        onDone={(saved, next) => {
          toast("done", `${saved.name} is saved.`);
          look(next === "test" ? { deploy: true } : {});
        }}
      />
    </>
  );
}
