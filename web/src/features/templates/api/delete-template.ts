/** Deletes a template that nothing runs any more. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "@/lib/api/client";

export function useDeleteTemplate(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => remove(`/templates/${encodeURIComponent(id)}`),
    // The page of what is gone still stands for a moment: only lists are read again.
    onSuccess: () => queries.invalidateQueries({ queryKey: ["templates", "list"] }),
  });
}
