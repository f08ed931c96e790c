/** Shows a template to everybody, or takes it back out of the catalogue. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act } from "@/lib/api/client";
import type { TemplateAttributes } from "@/lib/api/types";

export function usePublishTemplate(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (verb: "publish" | "unpublish") =>
      act<TemplateAttributes>(`/templates/${encodeURIComponent(id)}/${verb}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["templates"] }),
  });
}
