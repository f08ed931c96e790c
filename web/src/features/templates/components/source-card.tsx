/** The compose text of a template, of the present version or an earlier one. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { versionQuery } from "../api/get-version";
import type { Template } from "../api/list-templates";
import type { Version } from "../api/list-versions";
import { noteOf } from "../notes";

interface SourceCardProps {
  template: Template;
  versions: Version[];
}

export function SourceCard({ template, versions }: SourceCardProps) {
  const [chosen, setChosen] = useState(template.version);
  const isPresent = chosen === template.version;
  const { data, error, refetch } = useQuery({ ...versionQuery(template.id, chosen), enabled: !isPresent });
  const shown = isPresent ? template : data;
  return (
    <Card
      title="Source"
      aside={
        <span className="flex items-center gap-1">
          {versions.length > 1 && (
            <Select
              aria-label="Version"
              className="h-7! w-auto! py-0"
              value={chosen}
              onChange={({ target }) => setChosen(target.value)}
            >
              {versions.map(({ id, version }) => (
                <option key={id}>{version}</option>
              ))}
            </Select>
          )}
          <CopyButton text={shown?.compose_spec ?? ""} label="Copy the compose file" />
        </span>
      }
    >
      {error && !shown ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : shown ? (
        <Source text={shown.compose_spec ?? ""} ignored={shown.ignored_keys ?? []} />
      ) : (
        <div className="p-4">
          <Skeleton label="Reading this version" />
        </div>
      )}
    </Card>
  );
}

function Source({ text, ignored }: { text: string; ignored: string[] }) {
  return (
    <>
      {/* It scrolls by itself: whoever has no pointer must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="Compose text" className="bg-sunken max-h-[32rem] overflow-auto rounded-b-md p-4 font-mono text-xs">
        <code>{text}</code>
      </pre>
      {ignored.length > 0 && (
        <div className="border-line border-t px-4 py-3">
          <h3 className="mb-1 text-xs font-medium">What has no effect here</h3>
          <ul className="text-muted grid gap-1 text-xs">
            {ignored.map(noteOf).map(({ line, text: note }) => (
              <li key={`${line} ${note}`} className="break-words">
                {line > 0 && `Line ${line}: `}
                {note}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
