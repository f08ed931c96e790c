/** One key for one intention: kept while no answer came, new after any answer. */

import { useRef } from "react";
import { ApiError } from "@/lib/api/errors";
import { uuid } from "@/lib/random";

export function useIdempotencyKey(): { key: () => string; settle: (error?: unknown) => void } {
  const kept = useRef<string | null>(null);
  return {
    key: () => (kept.current ??= uuid()),
    settle: (error) => {
      const unanswered = error instanceof ApiError && error.status === 0;
      if (!unanswered) kept.current = null;
    },
  };
}
