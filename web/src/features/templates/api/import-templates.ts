/** Has the API make drafts of templates of other platforms; nothing is kept. */

import { useMutation } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { TemplatesImported } from "@/lib/api/types";

interface Given {
  format: string;
  /** Texts by their paths. */
  files: Record<string, string>;
}

export function useImportTemplates() {
  return useMutation({
    mutationFn: (given: Given) =>
      act<TemplatesImported>("/templates/import", { type: "template_imports", attributes: given }),
  });
}
