/** What became of an import: each draft with what did not come along, and what became none. */

import { CircleAlert, Info } from "lucide-react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { ImportedDraft, TemplatesImported } from "@/lib/api/types";
import { count, words } from "@/lib/format";

interface DraftListProps {
  imported: TemplatesImported;
  onEdit: (draft: ImportedDraft) => void;
}

export function DraftList({ imported: { format, drafts, errors }, onEdit }: DraftListProps) {
  return (
    <div className="grid gap-6">
      <p role="status" className="text-sm">
        {count(drafts.length, "draft")} made, read as {words(format)}
        {errors.length > 0 && `; ${count(errors.length, "template")} became none`}. Nothing is kept until you save it.
      </p>
      {errors.length > 0 && (
        <Notice tone="fail">
          <ul className="grid gap-1">
            {errors.map(({ source, reason, line }) => (
              <li key={`${source} ${reason}`}>
                <span className="font-mono text-xs">{source}</span>
                {line ? `, line ${line}` : ""}: {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {drafts.map((draft) => (
        <DraftCard key={draft.source} draft={draft} onEdit={() => onEdit(draft)} />
      ))}
    </div>
  );
}

function DraftCard({ draft, onEdit }: { draft: ImportedDraft; onEdit: () => void }) {
  const { name, source, description, variables, config_files: files, routes, dropped, refused, ignored } = draft;
  const holds = [
    count(draft.services.length, "service"),
    count(variables.length, "variable"),
    ...(files.length > 0 ? [count(files.length, "file")] : []),
    ...routes.slice(0, 1).map(({ service, port }) => `reached at ${service}:${port}`),
  ];
  return (
    <Card
      title={name}
      aside={
        <Button size="sm" look="primary" aria-label={`Edit ${name} and save`} onClick={onEdit}>
          Edit and save
        </Button>
      }
    >
      <div className="grid gap-3 p-4 text-sm">
        <p className="text-muted text-xs">
          <span className="font-mono break-all">{source}</span> · {holds.join(", ")}
        </p>
        {description && <p className="max-w-[72ch]">{description}</p>}
        <Parts title="Stands in its way" tone="fail" parts={refused.map(({ rule, ...part }) => ({ key: words(rule), ...part }))} />
        <Parts title="Did not come along" tone="warn" parts={dropped} />
        <Parts title="Has no effect here" tone="warn" parts={ignored.map((key) => ({ key, reason: "", line: null }))} />
        {dropped.length + refused.length + ignored.length === 0 && <p className="text-muted">Everything came along.</p>}
      </div>
    </Card>
  );
}

interface Part {
  key: string;
  reason: string;
  line: number | null;
}

function Parts({ title, tone, parts }: { title: string; tone: "fail" | "warn"; parts: Part[] }) {
  if (parts.length === 0) return null;
  const Icon = tone === "fail" ? CircleAlert : Info;
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-xs font-medium">{title}</h3>
      <ul className="grid gap-1">
        {parts.map(({ key, reason, line }, index) => (
          <li key={`${key} ${line ?? ""} ${index}`} className="flex gap-2">
            <Icon aria-hidden className={tone === "fail" ? "text-fail mt-0.5 size-4 shrink-0" : "text-warn mt-0.5 size-4 shrink-0"} />
            <span className="min-w-0 break-words">
              <span className="font-mono text-xs">{key}</span>
              {line ? <span className="text-muted">, line {line}</span> : null}
              {reason && `: ${reason}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
