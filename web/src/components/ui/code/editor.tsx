/** CodeMirror, with what an editor of compose texts needs and our tokens. */

import { useEffect, useEffectEvent, useImperativeHandle, useRef } from "react";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { CodeEditorProps, LineMark } from "../code-editor";
import { manners } from "./manners";

const NO_MARKS: LineMark[] = [];

export default function Editor(props: CodeEditorProps) {
  const { value, language, label, isInvalid = false, describedBy, marks = NO_MARKS, ref } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const names = useRef(new Compartment());
  const tell = useEffectEvent(props.onChange);
  const start = useEffectEvent(() => [
    ...manners(language),
    names.current.of(attributes(label, isInvalid, describedBy)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) tell(update.state.doc.toString());
    }),
  ]);
  const first = useEffectEvent(() => value);

  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({ doc: first(), extensions: start() }),
    });
    view.current = made;
    // Line numbers stand where lines do only once it is known how high the letters are.
    void document.fonts.ready.then(() => made.requestMeasure());
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const shown = view.current;
    if (!shown || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: names.current.reconfigure(attributes(label, isInvalid, describedBy)) });
  }, [label, isInvalid, describedBy]);

  useEffect(() => {
    const shown = view.current;
    if (shown) shown.dispatch(setDiagnostics(shown.state, marks.map((mark) => diagnostic(shown.state.doc, mark))));
  }, [marks]);

  useImperativeHandle(ref, () => ({
    goTo: (line) => {
      const shown = view.current;
      if (!shown) return;
      const at = lineAt(shown.state.doc, line).from;
      shown.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      shown.focus();
    },
  }));

  return <div ref={place} className="h-full" />;
}

function attributes(label: string, isInvalid: boolean, describedBy: string | undefined) {
  return EditorView.contentAttributes.of({
    "aria-label": label,
    ...(isInvalid && { "aria-invalid": "true" }),
    ...(describedBy && { "aria-describedby": describedBy }),
  });
}

/** The text may have become shorter since a line was told of. */
function lineAt(text: Text, line: number) {
  return text.line(Math.min(Math.max(line, 1), text.lines));
}

function diagnostic(text: Text, mark: LineMark): Diagnostic {
  const { from, to, text: words } = lineAt(text, mark.line);
  const indent = words.length - words.trimStart().length;
  return { from: from + indent, to, severity: mark.tone === "fail" ? "error" : "warning", message: mark.text };
}
