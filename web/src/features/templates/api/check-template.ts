/** Asks what a template would be, or what is wrong with it; nothing is made. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { tryCreate } from "@/lib/api/client";
import { ApiError, type Problem } from "@/lib/api/errors";
import type { TemplateAttributes } from "@/lib/api/types";
import type { SentTemplate } from "../form";
import type { Template } from "./list-templates";

const INVALID = 422;

export interface Verdict {
  problems: Problem[];
  /** What would be made; null while there are problems. */
  template: Template | null;
}

async function check(given: SentTemplate, signal: AbortSignal): Promise<Verdict> {
  try {
    return { problems: [], template: await tryCreate<TemplateAttributes>("/templates", "templates", given, signal) };
  } catch (error) {
    if (error instanceof ApiError && error.status === INVALID) return { problems: error.problems, template: null };
    throw error;
  }
}

export function checkQuery(given: SentTemplate) {
  return queryOptions({
    queryKey: ["template-checks", given],
    queryFn: ({ signal }) => check(given, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}
