/** Gives the pages their router and their cache, and starts afresh when a session ends. */

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, type RouterHistory } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { session } from "@/lib/auth/session";
import { makeQueryClient } from "@/lib/query";
import { makeRouter } from "./router";

interface ProviderProps {
  /** Another history than the browser's. */
  history?: RouterHistory;
}

export function Provider({ history }: ProviderProps) {
  const [queries] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queries, history));
  useEffect(() => {
    let known = session.token();
    return session.subscribe(() => {
      const token = session.token();
      if (token === known) return;
      known = token;
      // Nothing that one account read may be seen by the next.
      queries.clear();
      void router.invalidate();
    });
  }, [queries, router]);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
