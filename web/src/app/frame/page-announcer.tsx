/** Tells screen readers the title of each page that is gone to: nothing is loaded that would. */

import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

export function PageAnnouncer() {
  const router = useRouter();
  const [title, setTitle] = useState("");
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) setTitle(document.title);
      }),
    [router],
  );
  return (
    <p aria-live="polite" className="sr-only">
      {title}
    </p>
  );
}
