/** The editor of templates, loaded once its page is shown: a form of that size waits for nobody else. */

import { lazy, Suspense } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { TemplateEditorProps } from "./template-editor";

const Editor = lazy(() => import("./template-editor"));

export function TemplateEditor(props: TemplateEditorProps) {
  return (
    <Suspense fallback={<Skeleton label="Loading the editor" rows={6} />}>
      <Editor {...props} />
    </Suspense>
  );
}
