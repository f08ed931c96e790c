/** The compose text, with what the API says of it at its lines and in a list. */

import { CircleAlert, CircleCheck, Info, LoaderCircle } from "lucide-react";
import { useId, useMemo, useRef, type ReactNode } from "react";
import { useController } from "react-hook-form";
import { Card } from "@/components/ui/card";
import { CodeEditor, type CodeEditorHandle, type LineMark } from "@/components/ui/code-editor";
import { fieldOf, type Problem } from "@/lib/api/errors";
import { count } from "@/lib/format";
import type { TemplateForm } from "../../form";
import { noteOf } from "../../notes";

interface ComposeSectionProps {
  problems: Problem[];
  /** What of the text has no effect. */
  ignored: string[];
  isChecking: boolean;
  /** Why it could not be checked. */
  trouble: string | null;
}

export function ComposeSection({ problems, ignored, isChecking, trouble }: ComposeSectionProps) {
  const { field } = useController<TemplateForm, "compose_spec">({ name: "compose_spec" });
  const editor = useRef<CodeEditorHandle>(null);
  const list = useId();
  const marks = useMemo(() => marksOf(problems, ignored), [problems, ignored]);
  const faults = marks.filter(({ tone }) => tone === "fail");
  const notes = marks.filter(({ tone }) => tone === "warn");
  const goTo = (line: number) => editor.current?.goTo(line);
  return (
    <Card
      title="Compose text"
      aside={<Verdict isChecking={isChecking} faults={faults.length} trouble={trouble} />}
    >
      <div className="grid gap-3 p-4">
        <CodeEditor
          ref={editor}
          language="compose"
          label="Compose text"
          value={field.value}
          onChange={field.onChange}
          marks={marks}
          isInvalid={faults.length > 0}
          describedBy={list}
        />
        <div id={list} className="text-muted grid gap-2 text-xs">
          {faults.length > 0 && <Marks title="What stands in its way" marks={faults} onGo={goTo} />}
          {notes.length > 0 && <Marks title="What has no effect" marks={notes} onGo={goTo} />}
          <p>Tab indents; Esc, then Tab, leaves the text. Ctrl+Space offers keys.</p>
        </div>
      </div>
    </Card>
  );
}

function marksOf(problems: Problem[], ignored: string[]): LineMark[] {
  const faults = problems
    .filter(({ pointer }) => fieldOf(pointer) === "compose_spec")
    .map(({ line, detail }) => ({ line: line ?? 0, tone: "fail" as const, text: detail.replace(/^line \d+: /, "") }));
  return [...faults, ...ignored.map(noteOf)];
}

function Verdict({ isChecking, faults, trouble }: { isChecking: boolean; faults: number; trouble: string | null }) {
  return (
    <span role="status" className="text-xs">
      {trouble ? (
        <Told icon={<CircleAlert aria-hidden className="text-warn size-4" />}>{trouble}</Told>
      ) : isChecking ? (
        <Told icon={<LoaderCircle aria-hidden className="text-muted size-4 animate-spin" />}>Checking</Told>
      ) : faults > 0 ? (
        <Told icon={<CircleAlert aria-hidden className="text-fail size-4" />}>{count(faults, "fault")}</Told>
      ) : (
        <Told icon={<CircleCheck aria-hidden className="text-run size-4" />}>It can run</Told>
      )}
    </span>
  );
}

function Told({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="text-muted flex items-center gap-1.5">
      {icon}
      {children}
    </span>
  );
}

function Marks({ title, marks, onGo }: { title: string; marks: LineMark[]; onGo: (line: number) => void }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-xs font-medium">{title}</h3>
      <ul className="grid gap-1">
        {marks.map(({ line, tone, text }) => (
          <li key={`${line} ${text}`} className="flex gap-2">
            {tone === "fail" ? (
              <CircleAlert aria-hidden className="text-fail mt-0.5 size-4 shrink-0" />
            ) : (
              <Info aria-hidden className="text-warn mt-0.5 size-4 shrink-0" />
            )}
            <span className="text-text min-w-0 break-words">
              {line > 0 && (
                <button
                  type="button"
                  className="text-accent mr-1.5 rounded-sm font-medium underline-offset-2 hover:underline"
                  onClick={() => onGo(line)}
                >
                  Line {line}
                </button>
              )}
              {text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
