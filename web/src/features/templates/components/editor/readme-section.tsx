/** The README: written in Markdown, and looked at as visitors see it. */

import { useState } from "react";
import { useController } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeEditor } from "@/components/ui/code-editor";
import { Markdown } from "@/components/ui/markdown";
import type { TemplateForm } from "../../form";

export function ReadmeSection({ fault }: { fault: string | undefined }) {
  const { field } = useController<TemplateForm, "readme">({ name: "readme" });
  const [isShown, setShown] = useState(false);
  return (
    <Card
      title="README"
      aside={
        <Button size="sm" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? "Write" : "Preview"}
        </Button>
      }
    >
      <div className="grid gap-2 p-4">
        {isShown ? (
          <div className="min-h-96">
            {field.value.trim() ? <Markdown text={field.value} /> : <p className="text-muted text-sm">Nothing is written yet.</p>}
          </div>
        ) : (
          <CodeEditor language="markdown" label="README" value={field.value} onChange={field.onChange} isInvalid={fault !== undefined} />
        )}
        {fault && (
          <p role="alert" className="text-fail text-xs">
            {fault}
          </p>
        )}
        <p className="text-muted text-xs">
          Markdown. HTML is left out; images are shown from https addresses alone, one in a line of its own as a screenshot.
        </p>
      </div>
    </Card>
  );
}
