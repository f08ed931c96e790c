/**
 * Keeps a template as its form says: a new one is made; of a draft everything is changed; of a
 * version that was published, what it is made of becomes a new version.
 */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { act, change, create } from "@/lib/api/client";
import type { TemplateAttributes, VersionAttributes } from "@/lib/api/types";
import { useIdempotencyKey } from "@/lib/use-idempotency-key";
import { changesOf, sentOf, type TemplateForm } from "../form";
import type { Template } from "./list-templates";

interface Saving {
  /** The template as it is; none while it is new. */
  template: Template | undefined;
  /** Whether its present version was ever published. */
  isReleased: boolean;
}

export function useSaveTemplate({ template, isReleased }: Saving) {
  const queries = useQueryClient();
  const { key, settle } = useIdempotencyKey();
  return useMutation({
    mutationFn: async (form: TemplateForm) => {
      const sent = sentOf(form);
      if (!template) return create<TemplateAttributes>("/templates", "templates", sent, key());
      const { parts, listing } = changesOf(template, sent);
      if (!isReleased) return saved(template, { ...parts, ...listing });
      if (Object.keys(parts).length > 0) {
        const path = `/templates/${encodeURIComponent(template.id)}/versions`;
        await act<VersionAttributes>(path, {
          type: "template_versions",
          attributes: { version: sent.version, ...parts },
        });
      }
      return saved(template, listing);
    },
    onSettled: async (_, error) => {
      settle(error);
      await queries.invalidateQueries({ queryKey: ["templates"] });
    },
  });
}

async function saved(template: Template, changes: object): Promise<Template> {
  if (Object.keys(changes).length === 0) return template;
  return change<TemplateAttributes>("templates", template.id, changes);
}
