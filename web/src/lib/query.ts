/** Makes the one cache of what the server said. */

import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/lib/api/errors";

/** Tries again what may pass: no answer, a gateway's hiccup, a throttle. Never a refusal. */
function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  const mayPass = error.status === 0 || error.status === 429 || error.status >= 500;
  return mayPass && failures < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry, retryDelay: (attempt) => 400 * 2 ** attempt },
      mutations: { retry: false },
    },
  });
}
