/** What a template costs, needs and is. */

import { Card, Fact, Facts } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { cores, count, duration, price, size, words } from "@/lib/format";
import { goesOn } from "../backed-up";
import { categoryOf } from "../search";
import type { Template } from "../api/list-templates";

export function TemplateFacts({ template }: { template: Template }) {
  return (
    <Card title="What it costs and needs">
      <Facts>
        <Fact name="Price">{price(template.price_monthly_cents)}</Fact>
        <Fact name="CPU">{cores(template.resources_cpu_cores ?? 0)}</Fact>
        <Fact name="Memory">{size(template.resources_memory_mb ?? 0)}</Fact>
        {template.resources_disk_mb ? <Fact name="Disk">{size(template.resources_disk_mb)}</Fact> : null}
        {template.required_capabilities?.length ? (
          <Fact name="Its server has">{template.required_capabilities.join(", ")}</Fact>
        ) : null}
        {template.start_seconds && template.starts ? (
          <Fact name="Starts in">
            {duration(template.start_seconds)}, {count(template.starts, "start")}
          </Fact>
        ) : null}
        {goesOn(template.backup) && <Fact name="Backed up">Without stopping</Fact>}
        {template.creator_name ? <Fact name="Made by">{template.creator_name}</Fact> : null}
        <Fact name="Category">{words(categoryOf(template))}</Fact>
        {template.tags?.length ? <Fact name="Tags">{template.tags.join(", ")}</Fact> : null}
        <Fact name="Made">
          <Time at={template.created_at} />
        </Fact>
      </Facts>
    </Card>
  );
}
