/** Edits a text that machines read: line numbers, colours, and marks at its lines. Loaded when shown. */

import { lazy, Suspense, type Ref } from "react";

/** What is told about one line; lines count from 1. */
export interface LineMark {
  line: number;
  tone: "fail" | "warn";
  text: string;
}

/** What a page can ask of an editor that is shown. */
export interface CodeEditorHandle {
  goTo: (line: number) => void;
}

export interface CodeEditorProps {
  /** The language that it is coloured in; none is plain text. */
  language?: "compose" | "markdown";
  label: string;
  value: string;
  onChange: (text: string) => void;
  marks?: LineMark[];
  isInvalid?: boolean;
  /** The id of what describes it. */
  describedBy?: string;
  ref?: Ref<CodeEditorHandle>;
}

const Editor = lazy(() => import("./code/editor"));

/** The text stands there before the editor does, in the same place and size. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <div className="border-line-strong has-[[aria-invalid]]:border-fail bg-surface h-96 overflow-hidden rounded-md border">
      <Suspense
        fallback={
          <pre aria-busy="true" aria-label={props.label} className="h-full overflow-hidden py-1 pl-12 font-mono text-xs leading-[1.6]">
            {props.value}
          </pre>
        }
      >
        <Editor {...props} />
      </Suspense>
    </div>
  );
}
