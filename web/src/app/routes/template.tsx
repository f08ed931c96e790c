/** One template: what you get, what you fill in, what runs, what it costs, its versions and source. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { AppIcon } from "@/components/ui/app-icon";
import { Card } from "@/components/ui/card";
import { Markdown } from "@/components/ui/markdown";
import { paths } from "@/config/paths";
import { DeployButton } from "@/features/deployments/components/deploy-button";
import { MeasuredCard } from "@/features/proofs/components/measured-card";
import { VersionTest } from "@/features/proofs/components/version-test";
import { useMe } from "@/features/session/api/get-me";
import { templateQuery } from "@/features/templates/api/get-template";
import type { Template } from "@/features/templates/api/list-templates";
import { relatedQuery } from "@/features/templates/api/list-related";
import { versionsQuery } from "@/features/templates/api/list-versions";
import { ComposeMap } from "@/features/templates/components/compose-map";
import { OwnerActions } from "@/features/templates/components/template-owner-actions";
import { RelatedCard } from "@/features/templates/components/related-card";
import { SourceCard } from "@/features/templates/components/source-card";
import { TemplateFacts } from "@/features/templates/components/template-facts";
import { VariablesTable } from "@/features/templates/components/variables-table";
import { VersionsCard } from "@/features/templates/components/versions-card";

const route = getRouteApi(paths.template);

export function TemplatePage() {
  const { id } = route.useParams();
  const { data: template } = useSuspenseQuery(templateQuery(id));
  const { data: versions = [] } = useQuery(versionsQuery(id));
  const { data: related = [] } = useQuery({ ...relatedQuery(id), enabled: template.published });
  const me = useMe();
  const isOwn = me !== null && me.id === template.creator_id;
  return (
    <>
      <Head template={template} isOwn={isOwn} />
      {template.withdrawn_reason && (
        <Notice tone="fail" className="mb-6">
          The owner of this platform took it out of the catalogue: {template.withdrawn_reason} It cannot be published
          until they allow it again. Apps of it go on.
        </Notice>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid min-w-0 gap-6">
          {isOwn && <VersionTest templateId={template.id} version={template.version} />}
          {template.readme?.trim() && (
            <Card title="What you get">
              <div className="p-4">
                <Markdown text={template.readme} />
              </div>
            </Card>
          )}
          <Card title="What you fill in">
            {template.variables.length > 0 ? (
              <VariablesTable variables={template.variables} />
            ) : (
              <p className="text-muted px-4 py-3 text-sm">Nothing. Its settings are all made.</p>
            )}
          </Card>
          <Card title="What runs">
            <ComposeMap text={template.compose_spec ?? ""} />
          </Card>
          <SourceCard template={template} versions={versions} />
        </div>
        <div className="grid min-w-0 gap-6">
          <TemplateFacts template={template} />
          {template.proof && <MeasuredCard measured={template.proof} present={template.version} />}
          {versions.length > 0 && <VersionsCard template={template} versions={versions} />}
          {related.length > 0 && <RelatedCard templates={related} />}
        </div>
      </div>
    </>
  );
}

function Head({ template, isOwn }: { template: Template; isOwn: boolean }) {
  const { deploy } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <header className="mb-6 flex flex-wrap items-start gap-4">
      <title>{`${template.name} · Hoster`}</title>
      <AppIcon name={template.name} isLarge />
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl break-words">{template.name}</h1>
          {isOwn && (
            <Status state={template.published ? "published" : "draft"} hue={template.published ? "run" : "rest"} />
          )}
        </div>
        <p className="text-muted mt-1 max-w-[64ch] break-words whitespace-pre-line">{template.description}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {isOwn && (
          <OwnerActions
            template={template}
            onDeleted={() => void navigate({ to: paths.catalogue, search: { scope: "mine" } })}
          />
        )}
        <DeployButton template={template} isOpen={deploy === true} />
      </div>
    </header>
  );
}
