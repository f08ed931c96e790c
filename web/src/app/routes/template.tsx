/** One template: what it is, what runs, what it asks for, what it costs. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { AppIcon } from "@/components/ui/app-icon";
import { Card, Fact, Facts } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { DeployButton } from "@/features/deployments/components/deploy-button";
import { templateQuery } from "@/features/templates/api/get-template";
import type { Template } from "@/features/templates/api/list-templates";
import { ServiceList } from "@/features/templates/components/service-list";
import { VariablesTable } from "@/features/templates/components/variables-table";
import { categoryOf } from "@/features/templates/search";
import { cores, price, size, words } from "@/lib/format";

const route = getRouteApi(paths.template);

export function TemplatePage() {
  const { id } = route.useParams();
  const { deploy } = route.useSearch();
  const { data: template } = useSuspenseQuery(templateQuery(id));
  return (
    <>
      <title>{`${template.name} · Hoster`}</title>
      <header className="mb-6 flex flex-wrap items-start gap-4">
        <AppIcon name={template.name} isLarge />
        <div className="min-w-0 flex-1 basis-60">
          <h1 className="text-xl">{template.name}</h1>
          <p className="text-muted mt-1 max-w-[64ch]">{template.description}</p>
        </div>
        <DeployButton template={template} isOpen={deploy === true} />
      </header>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid min-w-0 gap-6">
          <Card title="What runs">
            <ServiceList services={template.services ?? []} />
          </Card>
          <Card title="What you fill in">
            {template.variables.length ? (
              <VariablesTable variables={template.variables} />
            ) : (
              <p className="text-muted px-4 py-3 text-sm">Nothing. Its settings are all made.</p>
            )}
          </Card>
          {template.compose_spec && <Source text={template.compose_spec} />}
        </div>
        <Costs template={template} />
      </div>
    </>
  );
}

function Costs({ template }: { template: Template }) {
  return (
    <Card title="What it costs and needs">
      <Facts>
        <Fact name="Price">{price(template.price_monthly_cents)}</Fact>
        <Fact name="CPU">{cores(template.resources_cpu_cores ?? 0)}</Fact>
        <Fact name="Memory">{size(template.resources_memory_mb ?? 0)}</Fact>
        {template.resources_disk_mb ? <Fact name="Disk">{size(template.resources_disk_mb)}</Fact> : null}
        <Fact name="Version">{template.version}</Fact>
        <Fact name="Category">{words(categoryOf(template))}</Fact>
        {template.tags?.length ? <Fact name="Tags">{template.tags.join(", ")}</Fact> : null}
        <Fact name="Published">
          <Time at={template.created_at} />
        </Fact>
      </Facts>
    </Card>
  );
}

function Source({ text }: { text: string }) {
  return (
    <Card title="Source" aside={<CopyButton text={text} label="Copy the compose file" />}>
      <pre className="bg-sunken overflow-x-auto rounded-b-md p-4 font-mono text-xs">
        <code>{text}</code>
      </pre>
    </Card>
  );
}
