/** Gives the pages their router and their cache, and starts afresh when a session begins or ends. */

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, type RouterHistory } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { paths } from "@/config/paths";
import { useSession } from "@/lib/auth/session";
import { subjectOf } from "@/lib/auth/token";
import { forgetTypedOfOthers } from "@/lib/forms/typed";
import { makeQueryClient } from "@/lib/query";
import { makeRouter } from "./router";

interface ProviderProps {
  /** Another history than the browser's. */
  history?: RouterHistory;
}

export function Provider({ history }: ProviderProps) {
  const [queries] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queries, history));
  useEffect(
    () =>
      useSession.subscribe((now, before) => {
        if (now.token === before.token) return;
        // Nothing that one account read may be seen by the next.
        queries.clear();
        if (now.ending !== "expired") forgetTypedOfOthers(now.token && subjectOf(now.token));
        // Who leaves leaves the page too; whose session ended is led back to it.
        if (now.ending === "left") void router.navigate({ to: paths.signIn });
        else void router.invalidate();
      }),
    [queries, router],
  );
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
